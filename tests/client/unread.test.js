/** The count of unread messages in the tab's title. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { titled } from '../../shared_client/views/unread_title.js';

suite('the title', () => {
  test('has one count, whichever it had before, and none for nothing', () => {
    for (const before of ['', '(3) ', '(99+) ']) {
      assert.equal(titled(`${before}#lobby · FastAPI`, 12), '(12) #lobby · FastAPI');
      assert.equal(titled(`${before}#lobby · FastAPI`, 100), '(99+) #lobby · FastAPI');
      assert.equal(titled(`${before}#lobby · FastAPI`, 0), '#lobby · FastAPI');
    }
  });

  test('keeps other parentheses', () => {
    assert.equal(titled('(new) #a', 1), '(1) (new) #a');
  });
});

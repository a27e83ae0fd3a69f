/** Both languages, and links in texts. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';

import { linked } from '../../shared_client/views/links.js';
import { breaksEnglish } from '../../shared_client/words/breaks_english.js';
import { breaksJapanese } from '../../shared_client/words/breaks_japanese.js';
import { codeEnglish } from '../../shared_client/words/code_english.js';
import { codeJapanese } from '../../shared_client/words/code_japanese.js';
import { companyEnglish } from '../../shared_client/words/company_english.js';
import { companyJapanese } from '../../shared_client/words/company_japanese.js';
import { english } from '../../shared_client/words/english.js';
import { inspectorEnglish } from '../../shared_client/words/inspector_english.js';
import { japanese } from '../../shared_client/words/japanese.js';
import { openedEnglish } from '../../shared_client/words/opened_english.js';
import { openedJapanese } from '../../shared_client/words/opened_japanese.js';
import { raceEnglish } from '../../shared_client/words/race_english.js';
import { splitEnglish } from '../../shared_client/words/split_english.js';
import { splitJapanese } from '../../shared_client/words/split_japanese.js';
import { stacksEnglish } from '../../shared_client/words/stacks_english.js';
import { stacksJapanese } from '../../shared_client/words/stacks_japanese.js';

/** @returns {string[]} the paths of all entries, with their types */
function entries(table, path = '') {
  return Object.entries(table).flatMap(([key, value]) => typeof value === 'object'
    ? entries(value, `${path}${key}.`) : [`${path}${key}: ${typeof value}`]);
}

suite('the languages', () => {
  test('have the same entries', () => {
    assert.deepEqual(entries(japanese).sort(), entries(english).sort());
    assert.deepEqual(entries(openedJapanese).sort(), entries(openedEnglish).sort());
    assert.deepEqual(entries(codeJapanese).sort(), entries(codeEnglish).sort());
    assert.deepEqual(entries(companyJapanese).sort(), entries(companyEnglish).sort());
    assert.deepEqual(entries(splitJapanese).sort(), entries(splitEnglish).sort());
    assert.deepEqual(entries(breaksJapanese).sort(), entries(breaksEnglish).sort());
    assert.deepEqual(entries(stacksJapanese).sort(), entries(stacksEnglish).sort());
  });

  test('leave none empty', () => {
    for (const table of [english, japanese]) {
      const empty = Object.entries(table.page).filter(([, text]) => text.trim() === '');
      assert.deepEqual(empty, []);
    }
  });

  test('have a word for each place of the page, and for no other', () => {
    const page = readFileSync(new URL('../../shared_client/index.html', import.meta.url), 'utf8');
    const places = [...page.matchAll(/data-(?:words|label|placeholder)="(\w+)"/g)];
    const named = new Set(places.map(([, name]) => name));
    assert.deepEqual([...named].sort(), Object.keys(english.page).sort());
  });

  test('tell how much later a copy came', () => {
    assert.deepEqual([0, 3.25, 12.4, 999, 1500].map(splitEnglish.later),
      ['+0.0 ms', '+3.3 ms', '+12 ms', '+999 ms', '+1.5 s']);
    assert.equal(splitJapanese.later(1500), '+1.5 秒');
  });

  test('say it as one would', () => {
    const { page, closed, name, notices, switched } = english;
    assert.deepEqual([page.roomHint, page.another, page.signInOrRegister, name.empty, closed[1013]],
      ['Anyone who enters this name joins you.', 'Suggest another', 'Sign in / Create account',
        'Enter a name.', 'Disconnected for reading too slowly.']);
    assert.deepEqual([openedEnglish.roomsPanel.busy, openedEnglish.roomsPanel.unknown],
      ['Active rooms', 'New room: press Enter to create it.']);
    assert.deepEqual([raceEnglish.rows.whole, raceEnglish.rows.duplicates],
      ['Delivered to all', 'Duplicates']);
    assert.match(inspectorEnglish.codes[1006], /^Closed without a close frame/);
    assert.equal(inspectorEnglish.stalled,
      'Reading paused: incoming messages wait in the buffers.');
    assert.equal(notices.entered('Django Channels', true, 'cafe'),
      'Joined #cafe on Django Channels');
    assert.equal(switched('FastAPI', 'cafe', 1, 'Django Channels'), 'FastAPI keeps its own history. '
      + '1 person is still in #cafe on Django Channels.');
    for (const others of [0, -1]) {
      assert.equal(switched('FastAPI', 'cafe', others, 'x'), 'FastAPI keeps its own history.');
    }
  });

  test('count', () => {
    for (const words of [english, japanese]) {
      assert.match(words.unread(3), /3/);
      assert.equal(words.typing([]), '');
      assert.match(words.typing(['Ann', 'Bob']), /Ann.*Bob/);
      assert.equal(words.bytes(8 * 1024 * 1024), '8 MB');
      assert.equal(words.bytes(1), '1 KB');
    }
    assert.equal(english.unread(1), '1 new message');
  });
});

suite('addresses in a text', () => {
  const hrefs = (text) => linked(text).map(({ href }) => href).filter(Boolean);

  for (const [text, ...wanted] of [
    ['see https://example.org/a?b=1#c, or not', 'https://example.org/a?b=1#c'],
    ['(http://example.org/x_(y)) and more', 'http://example.org/x_(y)'],
    ['「https://example.org/ねこ」です', `https://example.org/${encodeURIComponent('ねこ')}`],
    ['HTTPS://EXAMPLE.ORG!', 'https://example.org/'],
    ['https://a.example https://b.example', 'https://a.example/', 'https://b.example/'],
    ['javascript:alert(1) data:text/html,x file:///etc ftp://x'],
    ['https:// http://[ xhttp://example.org'],
    ['<a href="https://example.org/x">', 'https://example.org/x'],
    ['plain'],
    [''],
  ]) {
    test(JSON.stringify(text), () => {
      assert.deepEqual(hrefs(text), wanted);
      assert.equal(linked(text).map((part) => part.text).join(''), text);
    });
  }
});

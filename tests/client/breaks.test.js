/** The account of a break: what came live, what was replayed, what is lost, and how long it took. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { Account, LOST_MS, ON_ITS_WAY_MS } from '../../shared_client/breaks/account.js';

/** @returns {Account} of two members, that had message 1 */
function started() {
  const account = new Account(2);
  account.said(1, 0);
  account.heard(1, 0, false, 5);
  account.heard(1, 1, false, 6);
  return account;
}

suite('the account of a break', () => {
  test('counts live messages, and what comes twice', () => {
    const account = started();
    account.heard(1, 1, false, 7);
    account.heard(1, 1, true, 8);
    assert.deepEqual([account.sent, account.live, account.replayed, account.duplicates],
      [1, 2, 0, 1]);
    assert.equal(account.missing(10_000), 0);
  });

  test('calls a message missing when it should be there', () => {
    const account = started();
    account.said(2, 100);
    account.heard(2, 0, false, 105);
    assert.equal(account.missing(100 + ON_ITS_WAY_MS - 1), 0);
    assert.equal(account.missing(100 + ON_ITS_WAY_MS), 1);
  });

  test('ends when a message of after the break and all before it have come', () => {
    const account = started();
    account.begin('kill', 1000);
    account.said(2, 1100);
    account.over(1200);
    account.said(3, 1300);
    for (const member of [0, 1]) account.heard(3, member, false, 2000);
    assert.equal(account.outcome, null, 'message 2 is missing still');
    account.heard(2, 0, true, 2500);
    account.passed(2000 + LOST_MS - 1);
    assert.equal(account.outcome, null);
    account.heard(2, 1, true, 3000);
    assert.deepEqual(account.outcome, { what: 'kill', ms: 2000, replayed: 2, lost: 0 });
    assert.equal(account.underWay, null);
  });

  test('does not end while messages of the break come one after another', () => {
    const account = started();
    account.begin('kill', 1000);
    account.over(1000);
    for (const n of [2, 3, 4]) account.said(n, 1000 + n);
    for (const n of [2, 3, 4]) {
      assert.equal(account.outcome, null);
      for (const member of [0, 1]) account.heard(n, member, n === 2, 9000 + n);
    }
    assert.deepEqual(account.outcome, { what: 'kill', ms: 8004, replayed: 2, lost: 0 });
  });

  test('a message of before the end of the break does not end it', () => {
    const account = started();
    account.begin('freeze', 1000);
    account.said(2, 1100);
    for (const member of [0, 1]) account.heard(2, member, false, 1105);
    account.over(6000);
    assert.equal(account.outcome, null);
    account.said(3, 6100);
    for (const member of [0, 1]) account.heard(3, member, false, 6105);
    assert.equal(account.outcome?.ms, 5105);
  });

  test('what does not come in time is lost', () => {
    const account = started();
    account.begin('redis', 1000);
    account.said(2, 1100);
    account.heard(2, 0, false, 1105);
    account.over(4000);
    account.said(3, 4100);
    for (const member of [0, 1]) account.heard(3, member, false, 4110);
    account.passed(4110 + LOST_MS - 1);
    assert.equal(account.outcome, null);
    account.passed(4110 + LOST_MS);
    assert.deepEqual(account.outcome, { what: 'redis', ms: 3110, replayed: 0, lost: 1 });
    assert.deepEqual([account.lost, account.missing(99_999)], [1, 0]);
  });
});

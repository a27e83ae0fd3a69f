/** An account belongs to one backend; late or missing answers change nothing. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { nameProblem } from '../../shared_client/network/protocol.js';
import { connecting, notices } from './happenings.js';
import { begin, calls, cross, DJANGO, memory, opened, PAGE, settled } from './moving.js';

suite('an account', () => {
  test('is of its backend, and a guest is the same on both', async () => {
    memory.set('chat.account.fastapi', 'bea');
    const { store, actions } = begin();
    await cross(actions, 'fastapi');
    assert.deepEqual([store.state.user, store.state.account], ['bea', 'bea']);
    assert.ok(!opened.at(-1).includes('name='));
    await cross(actions, DJANGO);
    assert.deepEqual([store.state.user, store.state.account], ['ann', null]);
  });

  test('signed in to while one switches is remembered where it is one', async () => {
    const { store, actions } = begin();
    const signing = actions.signIn('login', 'ada', 'x');
    const [login] = calls;
    assert.equal(login.url, `${PAGE}/api/login`);
    await cross(actions, 'fastapi');
    login.json(200, { username: 'ada' });
    assert.equal((await signing).username, 'ada');
    assert.deepEqual([store.state.user, store.state.account], ['ann', null]);
    assert.equal(memory.get(`chat.account.${DJANGO}`), 'ada');
    assert.equal(memory.get('chat.account.fastapi'), undefined);
  });

  test('is not what a late answer says of another backend, or of before', async () => {
    const { store, actions } = begin();
    actions.checkAccount();
    const signing = actions.signIn('login', 'ada', 'x');
    const [me, login] = calls;
    login.json(200, { username: 'ada' });
    await signing;
    me.json(401, {});
    await settled();
    assert.equal(store.state.account, 'ada');
    actions.checkAccount();
    const again = calls.at(-1);
    await cross(actions, 'fastapi');
    again.json(200, { username: 'ada' });
    await settled();
    assert.equal(store.state.account, null);
    assert.equal(memory.get(`chat.account.${DJANGO}`), 'ada');
  });

  test('leaves no guest its name, which the server would refuse', async () => {
    const { store, actions } = begin();
    const signing = actions.signIn('register', 'Ada', 'x');
    calls.at(-1).json(200, { username: 'Ada' });
    await signing;
    await cross(actions, 'fastapi');
    assert.equal(store.state.user, 'Ada'); // a guest there
    await cross(actions, DJANGO);
    const leaving = actions.signOut();
    calls.at(-1).resolve(new Response(null, { status: 204 }));
    assert.equal(await leaving, true);
    assert.notEqual(memory.get('chat.name'), 'Ada');
    assert.equal(nameProblem(memory.get('chat.name')), null);
  });

  test('that begins in a room does not tell its user again that they are in it', async () => {
    const { store, actions, arrive } = begin();
    const signing = actions.signIn('register', 'Ada', 'x');
    calls.at(-1).json(200, { username: 'Ada' });
    await signing;
    arrive();
    assert.deepEqual(notices(store.state), ['entered']);
  });

  for (const [what, away] of /** @type {const} */ ([
    ['was elsewhere', true], ['ends in the middle of a talk', false],
  ])) {
    test(`whose session ${what} makes nobody a guest`, async () => {
      memory.set('chat.account.fastapi', 'bea');
      const { store, actions, arrive } = begin();
      if (away) actions.checkAccount();
      const asked = calls.at(-1);
      await cross(actions, 'fastapi');
      if (!away) arrive();
      store.dispatch({ type: 'closed', code: 4401, reason: '', at: 1, retryAt: null });
      if (!away) actions.checkAccount();
      (asked ?? calls.at(-1)).json(401, {});
      await settled();
      await settled();
      assert.equal(opened.length, 2);
      assert.equal(store.state.link.status, 'refused');
    });
  }

  test('whose session has ended before one came makes one a guest', async () => {
    memory.set('chat.account.fastapi', 'bea');
    const { store, actions } = begin();
    await cross(actions, 'fastapi');
    store.dispatch(connecting());
    store.dispatch({ type: 'closed', code: 4401, reason: '', at: 1, retryAt: null });
    actions.checkAccount();
    calls.at(-1).json(401, {});
    await settled();
    await settled();
    assert.deepEqual([store.state.user, store.state.account], ['ann', null]);
    assert.match(opened.at(-1), /:8002\/.*name=ann$/);
  });

  test('is still one where the server is out of order', async () => {
    memory.set('chat.account.fastapi', 'bea');
    const { store, actions } = begin();
    await cross(actions, 'fastapi');
    const asking = actions.checkAccount();
    calls.at(-1).json(503, { code: 'unavailable' });
    await asking;
    assert.equal(store.state.account, 'bea');
  });

  test('is still one where nobody answers', async () => {
    memory.set('chat.account.fastapi', 'bea');
    const { store, actions } = begin();
    await cross(actions, 'fastapi');
    const asking = actions.checkAccount();
    calls.at(-1).reject(new TypeError());
    await asking;
    assert.equal(store.state.account, 'bea');
  });
});

/** Keeps a side's unsent messages where the chat keeps them, so that neither loses them. */

/**
 * @param {{readonly state: import('../state/state.js').State,
 *   dispatch: (event: import('../state/state.js').Event) => void}} store
 * @param {Pick<import('../page/keeper.js').Keeper, 'load' | 'save'>} keeper
 */
export function createKeeping(store, keeper) {
  /** The messages that are or were here. @type {Set<string>} */
  const known = new Set();
  /** @type {Pick<import('../state/state.js').State, 'outbox' | 'mine'>} */
  let saved = { outbox: [], mine: [] };

  const kept = () => keeper.load(store.state.backend, `${store.state.room}`);

  /** A closed tab may have left messages after this side began. */
  function takeOver() {
    const { outbox, mine } = kept();
    const late = outbox.filter(({ id }) => !known.has(id));
    for (const { id } of late) known.add(id);
    if (late.length > 0) store.dispatch({ type: 'restored', outbox: late, mine });
  }

  return {
    takeOver,

    /** The chat's draft and files stay as they are. */
    save() {
      const { outbox, mine } = store.state;
      for (const { id } of outbox) known.add(id);
      if (outbox === saved.outbox && mine === saved.mine) return;
      saved = { outbox, mine };
      takeOver();
      const { draft, attached } = kept();
      keeper.save({ ...store.state, draft, attached });
    },
  };
}

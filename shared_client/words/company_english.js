/** The English words about the synthetic people, and of the line for new users. */

export const companyEnglish = {
  tryBoth: 'Try this: switch the backend above while you write, open the split view, or let the '
    + 'two race.',
  tryAlone: 'Try this: open the inspector, drop the connection there, and see that nothing is lost.',
  close: 'Got it',
  label: 'Synthetic people talk here',
  note: 'They are programs of this demo, on both backends. They are quiet while nobody else is '
    + 'here. The switch is for everybody.',
  away: 'The companion does not answer: nothing has changed.',
};

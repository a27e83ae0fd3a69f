/** The Japanese words of the stacks' controls, entry by entry as in `stacks_english.js`. */

/** @type {typeof import('./stacks_english.js').stacksEnglish} */
export const stacksJapanese = {
  looking: 'コンパニオンを探しています…',
  away: 'コンパニオンが応答しません。「chatbench up」で両方のチャットと一緒に起動します。',
  lead: '各側のサーバー、ファンアウト、実装を変えられます。「chatbench up」がその側を止め、同じポートで起動し直します。'
    + 'レースの集計はそこから新しく始まります。',
  off: {
    alone: 'このコンパニオンは「chatbench up」が起動したものではないため、操作できるサーバーがありません。',
    'beyond-loopback': 'コンパニオンにほかのマシンから接続できるため、操作できません。',
  },
  parts: { server: 'サーバー', fanout: 'ファンアウト', variant: '実装' },
  fanout: {
    memory: 'メモリー',
    redis: 'Redis',
    pubsub: 'Redis (pub/sub レイヤー)',
    'broadcaster-redis': 'broadcaster (Redis)',
    'broadcaster-postgres': 'broadcaster (PostgreSQL)',
  },
  variant: {
    tutorial: 'チュートリアル',
    standard: '標準',
    tuned: '調整済み',
    stock: '既定のデータベース接続',
  },
  run: 'これを起動',
  step: {
    stopping: (side, arm) => `${side}: ${arm} を停止しています…`,
    starting: (side, arm) => `${side}: ${arm} を起動しています…`,
    returning: (side, arm) => `${side}: ${arm} は起動しませんでした。前のものを起動し直しています…`,
  },
  runs: (side, arm) => `${side}: ${arm} が動いています。集計は新しく始まりました。`,
  stays: (side, arm) => `${side}: ${arm} がそのまま動いています。集計は新しく始まりました。`,
  refused: (detail) => `コンパニオンが拒否しました:「${detail}」`,
};

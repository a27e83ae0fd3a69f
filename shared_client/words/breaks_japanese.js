/** The Japanese words of the breaks, entry by entry as in `breaks_english.js`. */

/** @param {number} ms */
const seconds = (ms) => `${(ms / 1000).toFixed(1)} 秒`;
/** @type {Record<import('../breaks/account.js').What, string>} */
const done = { kill: 'プロセスを強制終了しました', freeze: 'この側を凍結しました',
  redis: 'Redis を再起動しました', away: '受信者 3 人が退出しました' };

/** @type {typeof import('./breaks_english.js').breaksEnglish} */
export const breaksJapanese = {
  lead: '開いている間、各側で 4 人のメンバーが専用の部屋で受信し、そのうち 1 人が毎秒 5 件を送ります。'
    + 'チャットと同じように自動で再接続し、受け取れなかった分を要求します。どの障害も自動で終わります。',
  buttons: {
    kill: 'プロセスを強制終了',
    freeze: '5 秒間凍結',
    away: '受信者が 5 秒間退出',
    redis: 'Redis を再起動',
  },
  redis: 'Redis は両側で 3 秒間止まり、空の状態で起動し直します。',
  stall: (side) => `${side} の受信を止める`,
  stalled: 'レースに合成メンバーが必要です。合成メンバーが 5 秒間何も受信しません。遅着と損失はレースの表で数えます。'
    + '自動送信中に大きな画像を使うと、サーバーがメンバーを切断することがあります。',
  noRedis: '「chatbench up」が起動した Redis を使う側がありません。',
  rows: {
    here: '接続中',
    sent: '送信',
    live: '通常の配信',
    replayed: '再送で配信',
    missing: '未着',
    lost: '損失',
    duplicates: '重複',
    time: '回復までの時間',
  },
  count: (count) => count.toLocaleString('ja'),
  of: (here, all) => `${all} 人中 ${here} 人`,
  seconds: (ms, goesOn) => goesOn ? `${seconds(ms)}…` : seconds(ms),
  outcome: ({ what, ms, replayed, lost }) => `${done[what]}。${seconds(ms)}で回復しました: `
    + `再送で配信 ${replayed.toLocaleString('ja')}、損失 ${lost.toLocaleString('ja')}。`,
};

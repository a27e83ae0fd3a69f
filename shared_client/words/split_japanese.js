/** The Japanese words of the split view, entry by entry as in `split_english.js`. */

import { bare } from './split_english.js';

/** @type {typeof import('./split_english.js').splitEnglish} */
export const splitJapanese = {
  title: '分割表示',
  lead: '同じ部屋を、両方のバックエンドで並べて表示します。接続と履歴はそれぞれ別です。'
    + '1 つのメッセージの 2 つのコピーを線で結び、遅いほうがどれだけ後にこのページに届いたかを示します。',
  back: 'チャットに戻る',
  to: '送信先',
  both: '両方',
  sides: 'バックエンド',
  nothing: 'まだメッセージがありません。書くと両方のバックエンドに届きます。',
  later: (ms) => ms < 1000 ? `+${bare(ms)} ms` : `+${(ms / 1000).toFixed(1)} 秒`,
  switchedTo: (user, backend) => `${user} さんが ${backend} に切り替えました`,
  cameFrom: (user, backend) => `${user} さんが ${backend} から来ました`,
  caughtUp: '再接続後',
};

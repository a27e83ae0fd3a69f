/** The Japanese words of the split view, entry by entry as in `split_english.js`. */

import { bare } from './split_english.js';

/** @type {typeof import('./split_english.js').splitEnglish} */
export const splitJapanese = {
  title: '分割表示',
  lead: '同じ部屋を両方のバックエンドで並べて表示します。接続と履歴は別々です。'
    + '同じメッセージを線で結び、遅いほうがこのページに届くまでの差を示します。',
  back: 'チャットに戻る',
  to: '送信先',
  both: '両方',
  sides: 'バックエンド',
  nothing: 'まだメッセージがありません。書くと両方に届きます。',
  later: (ms) => ms < 1000 ? `+${bare(ms)} ms` : `+${(ms / 1000).toFixed(1)} 秒`,
  caughtUp: '再接続後',
};

/** The Japanese words of the race, entry by entry as in `race_english.js`. */

import { bare, times } from './race_english.js';

/** @param {number} time */
const ms = (time) => time < 1000 ? `${bare(time)} ms` : `${(time / 1000).toFixed(1)} 秒`;
/** @param {number} first @param {number} last @returns {string} with the unit once */
const span = (first, last) => last < 1000 ? `${bare(first)} … ${ms(last)}`
  : `${(first / 1000).toFixed(1)} … ${ms(last)}`;

/** @param {import('../race/ratio.js').Estimate} estimate */
const fine = ({ ratio, count, low, high }) => `${ratio.toFixed(2)} 倍の速さでした `
  + `(中央値、n = ${count.toLocaleString('ja')}、95 % 区間 ${low.toFixed(2)}–${high.toFixed(2)})`;

/** @type {typeof import('./race_english.js').raceEnglish} */
export const raceJapanese = {
  ms,
  title: 'レース',
  lead: '同じメッセージを同時に両方のチャットへ送り、全員に届くまでの時間を見比べます。'
    + '1 台のマシンの 1 つのブラウザーによるデモです。',
  measurementsBefore: '測定結果は',
  measurements: '比較のページ',
  measurementsAfter: 'にあります。',
  measurementsIn: '測定結果はプロジェクトの docs/comparison.md にあります。',
  back: 'チャットに戻る',
  how: '仕組み',
  howItIs: [
    'ページは各メッセージを両方のソケットに続けて書き込みます。どちらが先かは、文も画像もそれぞれ毎回入れ替わります。'
      + 'メンバーの数も、メッセージも、画像も同じです。',
    'レースには専用の部屋があるので、元の部屋の会話の邪魔になりません。',
    '時間は書き込みの直前から、このページがフレームを受け取るまでです。往復は発言者に自分のメッセージが戻るまで、'
      + '配信は最後のメンバーに届くまでです。',
    'ページは両側のフレームを 1 つずつ受け取るため、互いに少し待たせます。小さな差に意味はありません。'
      + 'ページのタイマーが遅れたときは、そのことを表示し、数値を灰色にします。',
    '5 秒より長くかかったものが遅着です。遅れたメッセージを損失と数えるのは、自動送信が止まり、その側が 5 秒間静かだったとき、'
      + 'またはメンバーの接続が終わったときだけです。サーバーが拒否したものと、切れた接続で失われたものは別に数えます。'
      + '配信の時間は全員に届いたメッセージのもの、往復の時間は発言者に戻ったものすべてです。',
    '合成メンバーでは、最初の 1 人に届いた時から 5 秒を数えます。合成メンバーについての報告がないメッセージは'
      + '「報告なし」とし、全員に届いたとも損失とも数えません。',
    '結果は、両側で全員に届いたメッセージについての、配信の中央値の比です。95 % 区間はブロックブートストラップで求めます。'
      + '各メッセージの両側の時間を組にし、連続するメッセージのブロックを 1000 回抽出して、比の外側 5 % を除きます。'
      + '区間全体が 5 % 以上の差を示すときだけ、一方を速いとします。区間が 1 を含まず 1.05 を下回る値を含むときは、'
      + '差はあるものの、5 % 未満か、その可能性があります。',
    'グラフの点は最後のメンバーに届いた時間、そこへの線は最初のメンバーからの幅、破線は中央値です。'
      + '端から端までの棒は失われたメッセージ、下の短い棒は拒否、未送信、または切断で不明のメッセージです。'
      + '軸はすべて共通の対数目盛です。',
    '時間は各側の最新 10 000 件から求め、p99 には 100 件が必要です。件数は開始またはリセットからの合計です。',
  ],
  stacks: 'サーバー',
  breaks: '壊してみる',
  needsCompanion: 'コンパニオンが必要です。「chatbench up」で両方のチャットと一緒に起動します。',
  write: '両方に送るメッセージ',
  send: '両方に送信',
  nobody: '未送信: どちらにも接続していません。',
  problem: {
    empty: '何か書いてください。',
    too_long: 'メッセージは 4000 文字までです。',
    not_allowed: 'この文には送れない文字が含まれています。',
  },
  load: '自動送信',
  settings: '送信とメンバーの設定',
  start: '自動送信を開始',
  pause: '一時停止',
  reset: 'リセット',
  save: 'CSV 出力',
  linkHas: 'このリンクで、同じ設定のレースが開きます',
  rate: '頻度',
  perSecond: (count) => `毎秒 ${count} 件`,
  members: '各側のメンバー',
  length: '文字数',
  pictures: '画像',
  pictureEvery: (every) => every === 0 ? 'なし' : every === 1 ? '毎回' : `${every} 件に 1 件`,
  pictureSize: '画像の大きさ',
  crew: '各側の合成メンバー',
  companion: {
    none: 'コンパニオンが必要ですが、ここでは動いていません。「chatbench up」で両方のチャットと一緒に起動します。',
    connecting: 'コンパニオンを探しています…',
    away: 'コンパニオンが応答しません。「chatbench up」で両方のチャットと一緒に起動します。',
    online: 'コンパニオンと時計を比べています…',
    clock: (time) => `合成メンバーの時刻は時計を照合したもので、誤差は ± ${time.toFixed(2)} ms です。`,
    full: (reason) => `コンパニオンは混み合っていて、これ以上のメンバーを受け付けません:「${reason}」。ページがあとで再試行します。`,
    complaint: (detail) => `コンパニオンが拒否しました:「${detail}」`,
    trouble: (side, why) => `${side} で足りないメンバーがいます:「${why}」。`,
  },
  slept: 'タブが隠れていた間は送信を止めました。隠れたタブはブラウザーが遅くするためです。',
  limit: (ms) => `このページのほうが限界です。タイマーが ${ms} ms 遅れました。表示の時間は、サーバーよりもこのページの遅れを表しています。`
    + '頻度、メンバー、画像の大きさのどれかを下げてから、リセットしてください。',
  result: {
    waiting: (count, least) => `結果には、両側で全員に届いたメッセージが ${least} 件必要です。今は ${count} 件です。`,
    limit: '結果なし: このページのほうが限界でした。',
    faster: (side, { ratio, count, low, high }) => `${side} の配信が ${times(ratio)} 倍速く届きました `
      + `(中央値、n = ${count.toLocaleString('ja')}、95 % 区間 ${times(low)}–${times(high)})。`,
    none: (left, right, { ratio, count, low, high }) => `差は認められません: ${left} の時間は ${right} の `
      + `${ratio.toFixed(2)} 倍でした (中央値、n = ${count.toLocaleString('ja')}、`
      + `95 % 区間 ${low.toFixed(2)}–${high.toFixed(2)})。`,
    little: (side, estimate) => `5 % 未満の差: ${side} の配信は ${fine(estimate)}。`,
    perhapsLittle: (side, estimate) => `5 % 未満かもしれない差: ${side} の配信は ${fine(estimate)}。`,
    lost: (left, one, right, other) => `時間のない損失: ${left} ${one.toLocaleString('ja')}、`
      + `${right} ${other.toLocaleString('ja')}。`,
    differ: (parts) => `フレームワーク以外も異なります: ${parts}。`,
  },
  pausedTitle: '非表示のため停止中 · レース',
  rateIsNone: '頻度が 0 のため、何も送りません。',
  board: '両側の比較',
  rows: {
    delivery: '配信 (中央値)',
    deliveryP99: '配信 (p99)',
    trip: '往復 (中央値)',
    tripP99: '往復 (p99)',
    whole: '全員に配信済み',
    late: '遅着',
    lost: '損失',
    duplicates: '重複',
    refused: '拒否',
    reconnects: '再接続',
    unsent: '未送信',
    cut: '切断で不明',
    unreported: '報告なし',
  },
  count: (count) => count.toLocaleString('ja'),
  ofMessages: (count) => `${count.toLocaleString('ja')} 件中`,
  ofSent: (count) => `送信 ${count.toLocaleString('ja')} 件`,
  ofDeliveries: (count) => `${count.toLocaleString('ja')} 件中`,
  underWay: (count) => `うち配信中 ${count.toLocaleString('ja')}`,
  tooFew: (count, least) => `${least} 件必要、今 ${count}`,
  there: (here, wanted, crew) => `メンバー ${wanted} 人中 ${here} 人が接続`
    + (crew.wanted > 0 ? `、合成 ${crew.wanted} 人中 ${crew.connected} 人` : ''),
  deliveryPlot: '配信: 最初から最後のメンバーまで',
  tripPlot: '往復',
  tick: (ms) => ms >= 1000 ? `${ms / 1000} 秒` : `${ms} ms`,
  plotted: (title, side, { count, median }, extent) => extent === null || median === null
    ? `${title}、${side}: まだありません。`
    : `${title}、${side}: ${count} 件の中央値 ${ms(median)}、最近は ${ms(extent[0])} から ${ms(extent[1])}。`,
  latest: '最新のメッセージ',
  nothing: '下から何か送るか、自動送信を開始してください。',
  fate: ({ fate, lost, code, overdue }, first, last) => {
    if (fate === 'whole') return span(first ?? 0, last ?? 0);
    if (fate === 'lost') return `${lost} 人に届かず`;
    if (fate === null && overdue) return '遅れています…';
    if (fate === 'unreported') return '報告なし';
    if (fate === 'refused') return code === 'rate_limited' ? '拒否: 送信が速すぎます' : '拒否';
    return fate === null ? '配信中…' : fate === 'cut' ? '接続切れ' : '未送信';
  },
  summary: (side, totals, { median }) => `${side}: 全員に届いたのは ${totals.whole.toLocaleString('ja')} 件、`
    + `${median === null ? '' : `中央値 ${ms(median)}、`}損失 ${totals.lost.toLocaleString('ja')}。`,
};

/** The Japanese words of the raise, entry by entry as in `raise_english.js`. */

/** @typedef {import('../race/raise/plan.js').What} What */
/** @typedef {import('../race/raise/step.js').Step} Step */

/** @param {What} what @param {number} level */
const level = (what, level) => what === 'rate' ? `毎秒 ${level.toLocaleString('ja')} 件`
  : `メンバー ${level.toLocaleString('ja')} 人`;
/** @param {Pick<Step, 'p99' | 'atLeast'>} step @returns {string} */
const p99 = ({ p99: ms, atLeast }) => ms === null ? '–'
  : `${atLeast ? '≥ ' : ''}${ms < 10 ? ms.toFixed(1) : Math.round(ms).toLocaleString('ja')} ms`;
/** @param {Step} step */
const figures = (step) => `p99 ${p99(step)}、n = ${step.count.toLocaleString('ja')}`;
/** @param {Step} step */
const lost = ({ missing, count }) => `メッセージ ${count.toLocaleString('ja')} 件で、`
  + `${missing.toLocaleString('ja')} 人分が届かず`;

/** @param {Step} step */
const why = (step) => step.reason === 'lost' ? lost(step) : figures(step);

/** @type {Record<string, (step: Step) => string>} */
const limits = {
  page: () => 'このページのタイマーが遅れ、ページのほうが限界でした',
  companion: () => 'コンパニオンのほうが限界でした',
  refused: () => 'メンバー 1 人の送信数の上限に達しました',
  joining: ({ detail }) => `時間内に接続できないメンバーがいました${detail === '' ? '' : `(「${detail}」)`}`,
};

/** @type {typeof import('./raise_english.js').raiseEnglish} */
export const raiseJapanese = {
  title: '限界まで上げる',
  lead: (ms) => `どちらかが崩れるまで、負荷を段階的に上げます。崩れたとするのは、配信の p99 が ${ms} ms を超えたとき、`
    + 'または損失が出たときです。一時的な乱れを限界としないよう、崩れた段階はもう一度だけ試します。',
  turns: '同じマシンで両方のチャットを同時に忙しくすると互いに遅くなるため、1 段階ずつ交互に試します。',
  steps: (messages, seconds) => `各段階は ${messages} 件以上、${seconds} 秒以上です。${messages} 件の p99 は、`
    + '2 番目に遅い配信です。このページ自体が止まった間のメッセージは数えず、代わりを送ります。',
  bounds: (steps, minutes) => `遅くとも ${steps} 段階または ${minutes} 分で終わります。`,
  what: '上げるもの',
  whats: { members: 'メンバー', rate: '毎秒のメッセージ' },
  start: '上げる',
  stop: '中止',
  most: (what, most) => `${level(what, most)}まで。`,
  needsCompanion: 'それより多いメンバーにはコンパニオンが必要ですが、応答しません。',
  needsMembers: (each) => `このページのメンバーは 1 人あたり毎秒 ${each} 件まで送ります。メンバーが多いほど多く送れます。`,
  needsBoth: '両側への接続が必要です。',
  level,
  now: (side, what, at, again) => `${side}、${level(what, at)}${again ? '、2 回目' : ''}`,
  phase: { joining: 'メンバーが接続しています…', sending: 'メッセージを送信しています…',
    waiting: '最後の配信を待っています…' },
  done: '完了しました。',
  cut: {
    stopped: '途中で中止しました。',
    hidden: 'タブが隠れたため中止しました。隠れたタブはブラウザーが遅くするためです。',
    time: '時間の上限に達したため中止しました。',
    steps: '段階の数が上限に達したため中止しました。',
  },
  under: (what, rate, members, length) => `${what === 'rate' ? level('members', members)
    : level('rate', rate)}、${length.toLocaleString('ja')} 文字の文。`,
  held: (side, what, step) => `${side} は${level(what, step.level)}まで耐えました (${figures(step)})`,
  broke: (what, step) => `。${level(what, step.level)}で崩れました (${why(step)})。`,
  brokeAtOnce: (side, what, step) => `${side} は${level(what, step.level)}にも耐えませんでした (${why(step)})。`,
  none: (what, most) => `。${level(what, most)}までに限界はありませんでした。`,
  limited: (what, step) => `。${level(what, step.level)}では、${limits[`${step.reason}`](step)}。`
    + 'チャットの限界ではありません。',
  limitedAtOnce: (side, what, step) => `${side}: ${level(what, step.level)}で、`
    + `${limits[`${step.reason}`](step)}。チャットの限界ではありません。`,
  open: '(途中)。',
  busy: '最初の段階で崩れました。このマシンが他の処理で忙しい可能性があります。落ち着いてからもう一度試してください。',
  chart: '負荷ごとの配信の p99',
  axis: { members: 'メンバー', rate: '毎秒のメッセージ' },
  line: (ms) => `上限 ${ms} ms`,
  ceiling: (side, found) => `${side}: ${found}`,
  noCeiling: '限界は見つかりませんでした',
  notYet: '限界はまだ見つかっていません',
  noneWithin: (what, most) => `${level(what, most)}までに限界なし`,
  below: (what, at) => `${level(what, at)}未満`,
  marks: '塗りつぶし: 耐えた段階。白抜き: 耐えなかった段階。縦の破線: 限界。',
  table: 'すべての段階',
  columns: { step: '段階', p99: '配信', outcome: '結果' },
  figures,
  outcome: (step) => step.outcome === 'held' ? '耐えた' : step.outcome === 'limit'
    ? limits[`${step.reason}`](step) : step.reason === 'lost' ? `崩れた: ${lost(step)}`
      : '崩れた: 遅すぎ',
};

/** The Japanese words about the synthetic people, and of the line for new users. */

/** @type {typeof import('./company_english.js').companyEnglish} */
export const companyJapanese = {
  tryBoth: '試してみてください: 書きながら上でバックエンドを切り替える、分割表示を開く、両方を競争させる。',
  tryAlone: '試してみてください: インスペクターで接続を切っても、何も失われません。',
  close: '閉じる',
  label: '合成メンバーがここで話す',
  note: '合成メンバーは、このデモが両方のバックエンドで動かすプログラムです。ほかに人がいない間は'
    + '話しません。この設定は全員に共通です。',
  away: 'コンパニオンが応答しないため、変更されていません。',
};

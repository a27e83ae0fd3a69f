/** The Japanese words of the dialogs: the account, and the rooms behind the title. */

/** @type {typeof import('./opened_english.js').openedEnglish} */
export const openedJapanese = {
  account: {
    title: 'アカウント',
    haveOne: '登録済み',
    newAccount: '新規登録',
    name: '名前',
    passwordField: 'パスワード',
    cancel: 'キャンセル',
    guest: (name) => `${name} さんはゲストとして入っています。`,
    nobody: 'アカウントがあれば、どの端末でもその名前はあなただけのものです。',
    signedIn: (name) => `${name} さんとしてログインしています。`,
    where: (backend) => `アカウントは ${backend} 側のものです。`,
    login: 'ログイン',
    register: '登録',
    problems: {
      0: 'サーバーが応答しません。もう一度試してください。',
      401: '名前かパスワードが違います。',
      403: 'このページからのログインをサーバーが受け付けません。',
      409: 'この名前は使われています。別の名前にするか、ログインしてください。',
      429: '試行が多すぎます。1 分待ってからもう一度試してください。',
      503: 'ここではアカウントを使えません。このサーバーにはデータベースがありません。',
      other: 'サーバーで処理できませんでした。もう一度試してください。',
    },
    stillIn: 'ログアウトできませんでした。サーバーが応答しません。',
    password: {
      empty: 'パスワードは 8 文字以上です。',
      too_long: 'パスワードは 256 文字までです。',
      not_allowed: 'このパスワードには送れない文字が含まれています。',
    },
  },
  roomsPanel: {
    title: '部屋',
    field: '部屋に移動',
    placeholder: '部屋の名前',
    go: '移動',
    busy: '今人がいる部屋',
    recent: '最近入った部屋',
    here: '現在の部屋',
    unknown: 'まだ誰もいません。移動すると新しく開きます。',
    link: 'この部屋のリンク',
    copied: 'コピーしました',
    copiedLong: 'リンクをコピーしました。開いた人とここで会えます。',
    notCopied: 'コピーできませんでした。リンクを選択したので、手動でコピーしてください。',
  },
};

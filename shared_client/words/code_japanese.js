/** The Japanese words of the panel with the code of both chats. */

/** @type {typeof import('./code_english.js').codeEnglish} */
export const codeJapanese = {
  show: 'コードを表示',
  title: '両方のチャットのコード',
  feature: 'コードの役割',
  page: 'ドキュメントのページ',
  notLoaded: 'コードを読み込めませんでした。もう一度お試しください。',
  loading: '読み込み中…',
  noCompanion: 'コードはコンパニオンが配信しますが、起動していません。「--no-companion」を付けずに'
    + '「chatbench up」でチャットを起動してください。',
  away: 'コンパニオンが応答しません。「chatbench up」で起動し直してください。',
  all: (lines) => `docstring を含む全体: ${lines} 行`,
  features: {
    connect: '接続して部屋に入る',
    receive: 'フレームを受け取る',
    deliver: 'メンバーに配信する',
    disconnect: '退出と切断',
    authenticate: 'メンバーを識別する',
    accounts: 'アカウント',
    persist: '保存して確認を返す',
    replay: '逃したメッセージを再送する',
    'taking-back': 'メッセージを取り消す',
    reactions: 'リアクション',
    'private-rooms': '非公開の部屋',
    'scale-out': '複数のプロセス',
    start: '起動と停止',
    serve: 'HTTP での状態、部屋、ページ',
  },
};

"""What the synthetic people say, in English and Japanese: short talks, one after another."""

from typing import Final, NamedTuple

ROOM: Final = "lobby"
"""Where they talk: the room that the client proposes at its entrance."""

MIO: Final = "Synthetic Mio"
LEO: Final = "Synthetic Leo"
HARU: Final = "合成 はる"
NAMES: Final = (MIO, LEO, HARU)
"""Each name says that it is no person."""


class Line(NamedTuple):
    """One message."""

    name: str
    text: str


TALKS: Final[tuple[tuple[Line, ...], ...]] = (
    (
        Line(MIO, "Hello! We are programs, so do not wait for clever answers."),
        Line(LEO, "We only keep the room company. Talk over us, we do not mind."),
        Line(HARU, "こんにちは。わたしたちはプログラムです。気にせず話してくださいね。"),
    ),
    (
        Line(LEO, "Have you tried the switch at the top? The room moves to the other backend."),
        Line(MIO, "Yes, and my half-written message came along."),
    ),
    (
        Line(HARU, "上の切り替えを押すと、もう一方のバックエンドに移れます。"),
        Line(HARU, "書きかけの文もそのまま付いてきますよ。"),
    ),
    (
        Line(MIO, "The split view is my favourite: both conversations beside each other."),
        Line(LEO, "There you see how much later the slower one was, message by message."),
    ),
    (
        Line(LEO, "Open the inspector, and drop the connection there."),
        Line(MIO, "I did. Everything that I had missed came back, in order."),
        Line(LEO, "That is the replay. Every message has a number, and no number is missing."),
    ),
    (
        Line(HARU, "インスペクターを開くと、届いたフレームが全部見えます。"),
        Line(HARU, "「コードを表示」で、それを処理する両方のコードも読めます。"),
    ),
    (
        Line(MIO, "What is the weather like at your place?"),
        Line(LEO, "Dry and warm, as in every rack. A light breeze from the fans."),
    ),
    (
        Line(HARU, "お茶が飲めたらいいのにな。プログラムなので無理ですけど。"),
        Line(MIO, "One day somebody will write us a teapot. Status 418, I believe."),
    ),
    (
        Line(LEO, "Do you know who wins the race?"),
        Line(MIO, "It depends on the load. Start it with many members and look at the slowest."),
        Line(HARU, "何度か試してから比べるのがこつです。"),
    ),
    (
        Line(MIO, "You can react to a message: point at it and choose an emoji."),
        Line(LEO, "And you can take your message back. Ours too? No, only your own."),
    ),
    (
        Line(HARU, "写真も送れます。ここにドラッグしてみてください。"),
        Line(LEO, "A photo arrives as one binary frame. The inspector shows its first bytes."),
    ),
    (
        Line(LEO, "If we are too loud: the panel with the people has a switch for us."),
        Line(HARU, "静かにしてほしいときは、メンバーのパネルで止められます。"),
    ),
)
"""Each talk is said as a whole; after the last one comes the first."""

"""Sets of members that are connected at the same time, of which one talks."""

from bench.load.member import Member, Room


class Group:
    """Members and their rooms."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.rooms: dict[str, Room] = {}
        self.members: set[Member] = set()
        self.away: set[Member] = set()
        """Members that were cut off, until they are replaced or leave."""
        self.talkers: list[Member] = []

    def welcomed(self, member: Member) -> None:
        """Count a member that got its welcome."""
        self.members.add(member)
        if member.talks:
            self.talkers.append(member)

    def cut(self, member: Member) -> None:
        """Count a member as away. It stays a talker, so that its due messages are counted."""
        self.members.discard(member)
        self.away.add(member)

    def silence(self, member: Member) -> bool:
        """Have a member talk no more; whether it talked until now."""
        talked = member.talks and member in self.talkers
        if talked:
            self.talkers.remove(member)
        return talked

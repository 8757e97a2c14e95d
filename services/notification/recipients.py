"""The people who get notifications: who wants what over which channel, and by which nothing reaches them; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.notification.model import FALLBACKS, HOPEFUL, Channel, NotificationStatus, Outcome, Reach, Rule
from services.runtime.aggregate import Aggregate
from services.runtime.errors import InvalidArgument, NotFound


@dataclass(frozen=True)
class ProfileChanges:
    """What changed in the profile of a customer: the telephone, the language, or both."""

    phone: bool
    language: bool
    update_time: datetime

    def concern(self, recipient: "Recipient") -> bool:
        """Whether anything follows: a telephone that nothing reached may be another one now."""
        return self.language or (self.phone and Channel.SMS in recipient.dead)


@dataclass(kw_only=True)
class Recipient(Aggregate):
    """A customer who chose channels, who cannot be reached by some, or who is erased and gets nothing any more.

    `choices` are the channels by type of event; a type without a choice has those of its rule. By `dead` channels
    nothing arrives: the address bounced, or the provider knows no such number. By `declined` ones the customer wants no
    more than they must get: they said so to the provider, as by a STOP or an unsubscription. Without a `time_zone`
    theirs is the lender's. `language` is the one that they want notices in, ISO 639-1, instead of `profile_language`,
    which their papers are in; without both it is the lender's. By `daily` channels one message a day says of all that
    they need not be notified of.
    """

    customer_id: str
    choices: Mapping[str, tuple[Channel, ...]] = field(default_factory=dict)
    dead: tuple[Channel, ...] = ()
    declined: tuple[Channel, ...] = ()
    time_zone: str = ""
    language: str = ""
    profile_language: str = ""
    daily: tuple[Channel, ...] = ()
    update_time: datetime | None = None
    erase_time: datetime | None = None

    @property
    def erased(self) -> bool:
        """Whether nothing may be kept or sent."""
        return self.erase_time is not None

    def speaks(self, lender: str) -> str:
        """The language of what they get, of a lender with that one."""
        return self.language or self.profile_language or lender

    def take(self, changes: "ProfileChanges", language: str) -> None:
        """Takes what their profile says now; another language ends a choice of before: the last word counts."""
        if changes.phone:
            self.revive(Channel.SMS)
        if changes.language and not self.erased:
            self.profile_language = language
            if self.update_time is None or self.update_time < changes.update_time:
                self.language = ""

    def channels(self, rule: Rule) -> tuple[Channel, ...]:
        """The channels of a type of event."""
        return self.choices.get(rule.event_type, rule.channels)

    def reach(self, rule: Rule, available: frozenset[Channel]) -> Reach:
        """The channels by which a type of event really reaches the customer, of those that the service has.

        A channel that there is not is replaced by the others of the rule; what must be notified in writing goes by
        e-mail whatever was chosen, by the first of FALLBACKS that is there where e-mail is not, and over any channel
        where none of them is. With none chosen, or all of those declined, nothing is sent.
        """
        wanted = self.channels(rule) if rule.mandatory else self._not_declined(self.channels(rule))
        if not wanted and not rule.mandatory:
            return Reach((), Outcome.NOT_WANTED)
        available = available - {*self.dead, *(() if rule.mandatory else self.declined)}
        written = self._written(available) if rule.mandatory else ()
        for choice in ((*written, *wanted) if set(wanted) & available else (), (*written, *rule.channels), Channel):
            if found := tuple(each for each in Channel if each in choice and each in available):
                return Reach(found, Outcome.TOLD)
        return Reach((), Outcome.NO_CHANNEL)

    def fallback(
        self, rule: Rule, tried: Mapping[Channel, NotificationStatus], available: frozenset[Channel]
    ) -> Channel | None:
        """By which channel to send a notice that failed on others; None when it need not, or cannot."""
        if not rule.mandatory or any(tried.get(each) in HOPEFUL for each in FALLBACKS):
            return None
        left = (each for each in FALLBACKS if each in available and each not in tried and each not in self.dead)
        return next(left, None)

    def mark_dead(self, channel: Channel) -> None:
        """Nothing arrives by the channel, until the customer has another address there."""
        if not self.erased:
            self.dead = tuple(each for each in Channel if each is channel or each in self.dead)

    def revive(self, channel: Channel) -> None:
        """The customer has another address on the channel."""
        self.dead = tuple(each for each in self.dead if each is not channel)

    def decline(self, channel: Channel, at: datetime) -> None:
        """The customer wants no more by the channel than they must get, unless they have chosen anew since."""
        if not self.erased and (self.update_time is None or self.update_time < at):
            self.declined = tuple(each for each in Channel if each is channel or each in self.declined)

    def leave(self, rule: Rule, channel: Channel, at: datetime) -> None:
        """Wants no more of a type of event by a channel; what they must be notified of comes as before."""
        if not self.erased and not rule.mandatory:
            left = tuple(each for each in self.channels(rule) if each is not channel)
            self.choices, self.update_time = {**self.choices, rule.event_type: left}, at

    def _not_declined(self, channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
        return tuple(each for each in channels if each not in self.declined)

    @staticmethod
    def _written(available: frozenset[Channel]) -> tuple[Channel, ...]:
        return next(((each,) for each in FALLBACKS if each in available), ())

    def choose(
        self,
        choices: list[tuple[str, tuple[Channel, ...]]],
        rules: Mapping[str, Rule],
        at: datetime,
        available: frozenset[Channel] = frozenset(Channel),
        time_zone: str = "",
        language: str = "",
        daily: tuple[Channel, ...] | None = None,
    ) -> None:
        """Takes new channels for some types of event, and a time zone, a language and a daily digest if they are given.

        InvalidArgument names what is wrong, and changes nothing.

        NotFound for one who is erased.
        """
        if self.erased:
            raise NotFound(f"customer {self.customer_id} does not exist", metadata={"customer_id": self.customer_id})
        chosen: dict[str, tuple[Channel, ...]] = {}
        for place, (event_type, channels) in enumerate(choices):
            path = f"preferences[{place}]"
            if event_type not in rules:
                raise InvalidArgument.field(f"{path}.event_type", "is no type of event that customers are notified of")
            if event_type in chosen:
                raise InvalidArgument.field(f"{path}.event_type", "is given twice")
            _require_there(f"{path}.channels", channels, available)
            if rules[event_type].mandatory and Channel.EMAIL in available - set(channels):
                raise InvalidArgument.field(
                    f"{path}.channels", "must have e-mail, because this notice goes out in writing"
                )
            chosen[event_type] = channels
        _require_there("daily_digest.channels", daily or (), available)
        self.choices, self.update_time = {**self.choices, **chosen}, at
        self.time_zone, self.language = time_zone or self.time_zone, language or self.language
        self.daily = self.daily if daily is None else tuple(each for each in Channel if each in daily)
        self.declined = tuple(
            each for each in self.declined if not any(each in channels for channels in chosen.values())
        )

    def erase(self, at: datetime) -> None:
        """Drops every choice; from now on nothing is kept or sent."""
        self.choices, self.dead, self.declined, self.daily = {}, (), (), ()
        self.time_zone = self.language = self.profile_language = ""
        self.update_time, self.erase_time = None, self.erase_time or at


def _require_there(path: str, channels: tuple[Channel, ...], available: frozenset[Channel]) -> None:
    if missing := [each.name for each in channels if each not in available]:
        there = ", ".join(each.name for each in Channel if each in available)
        raise InvalidArgument.field(path, f"must be among {there}: there is no {missing[0]}")

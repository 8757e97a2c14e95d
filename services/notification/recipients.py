"""The people who get notifications: who wants what over which channel, and by which nothing reaches them; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.notification.model import FALLBACKS, HOPEFUL, Channel, NotificationStatus, Outcome, Reach, Rule
from services.runtime.aggregate import Aggregate
from services.runtime.errors import InvalidArgument, NotFound

# A message that went within this after an address changed may have gone to the one before: the customer service was
# asked while the change was under way, and clocks differ.
_UNSURE = timedelta(minutes=1)


@dataclass(frozen=True)
class ProfileChanges:
    """What changed in the profile of a customer: the addresses of some channels, the language, or both."""

    channels: tuple[Channel, ...]
    language: bool
    update_time: datetime

    @property
    def sure_time(self) -> datetime:
        """From when on messages go to the addresses that are in it."""
        return self.update_time + _UNSURE


@dataclass(kw_only=True)
class Recipient(Aggregate):
    """A customer who chose channels, who cannot be reached by some, or who is erased and gets nothing any more.

    `choices` are the channels by type of event; a type without a choice has those of its rule. By `dead` channels
    nothing arrives: the address bounced, or the provider knows no such number. By `declined` ones the customer wants no
    more than they must get: they said so to the provider, as by a STOP or an unsubscription. Without a `time_zone`
    theirs is the lender's. `language` is the one that they want notices in, ISO 639-1, instead of `profile_language`,
    which their papers are in; without both it is the lender's. By `daily` channels one message a day says of all that
    they need not be notified of.

    `times` has when each of it was last said, such as `left kyc.approved EMAIL`. What is said of one thing is held
    against that alone, so that the same news ends in the same whatever the order that it comes in, and of two words
    about one thing at one moment that counts which sends less.
    """

    customer_id: str
    choices: Mapping[str, tuple[Channel, ...]] = field(default_factory=dict)
    dead: tuple[Channel, ...] = ()
    declined: tuple[Channel, ...] = ()
    time_zone: str = ""
    language: str = ""
    profile_language: str = ""
    daily: tuple[Channel, ...] = ()
    times: Mapping[str, datetime] = field(default_factory=dict)
    update_time: datetime | None = None
    erase_time: datetime | None = None

    @property
    def erased(self) -> bool:
        """Whether nothing may be kept or sent."""
        return self.erase_time is not None

    def speaks(self, lender: str) -> str:
        """The language of what they get, of a lender with that one."""
        return self.language or self.profile_language or lender

    def take(self, changes: ProfileChanges, language: str) -> None:
        """Takes what their profile says now; another language ends a choice of before: the last word counts."""
        for channel in changes.channels:
            self.revive(channel, changes.sure_time)
        if changes.language and self._is_last("profile_language", changes.update_time):
            self.profile_language = language
            if not self._is_since("language", changes.update_time):
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

    def has_address(self, channel: Channel, at: datetime) -> bool:
        """Whether the address that they had then is theirs, as far as is known."""
        return not self.erased and not self._is_after(f"alive {channel.name}", at)

    def mark_dead(self, channel: Channel, at: datetime) -> None:
        """Nothing arrives at the address that a message of that time went to, if it is still theirs."""
        if self._noted(f"dead {channel.name}", at) and not self._is_after(f"alive {channel.name}", at):
            self.dead = tuple(each for each in Channel if each is channel or each in self.dead)

    def revive(self, channel: Channel, at: datetime) -> None:
        """Whatever came back that went before then says nothing of the address that they have now."""
        if self._noted(f"alive {channel.name}", at) and not self._is_since(f"dead {channel.name}", at):
            self.dead = tuple(each for each in self.dead if each is not channel)

    def decline(self, channel: Channel, at: datetime) -> None:
        """The customer wants no more by the channel than they must get, unless they wanted it again since."""
        if self._noted(f"declined {channel.name}", at) and not self._is_after(f"accepted {channel.name}", at):
            self.declined = tuple(each for each in Channel if each is channel or each in self.declined)

    def accept(self, channel: Channel, at: datetime) -> None:
        """The customer wants messages by the channel again, unless they declined them since."""
        if self._noted(f"accepted {channel.name}", at) and not self._is_since(f"declined {channel.name}", at):
            self.declined = tuple(each for each in self.declined if each is not channel)

    def leave(self, rule: Rule, channel: Channel, at: datetime) -> None:
        """Wants no more of a type of event by a channel; what they must be notified of comes as before."""
        if rule.mandatory or not self._noted(f"left {rule.event_type} {channel.name}", at):
            return
        if not self._is_after(f"choice {rule.event_type}", at):
            left = tuple(each for each in self.channels(rule) if each is not channel)
            self.choices = {**self.choices, rule.event_type: left}
        self._chose(at)

    def _choose(self, event_type: str, channels: tuple[Channel, ...], at: datetime) -> None:
        if self._is_last(f"choice {event_type}", at):
            wanted = tuple(each for each in channels if not self._is_since(f"left {event_type} {each.name}", at))
            self.choices = {**self.choices, event_type: wanted}
        for each in channels:
            self.accept(each, at)

    def _chose(self, at: datetime) -> None:
        self.update_time = max(at, self.update_time or at)

    def _is_last(self, what: str, at: datetime) -> bool:
        """Whether what is said of something then counts, since nothing was said of it later; if so it is noted."""
        return not self._is_after(what, at) and self._noted(what, at)

    def _noted(self, what: str, at: datetime) -> bool:
        """Notes when something was said; not of one who is erased."""
        if not self.erased:
            known = self._known
            self.times = {**known, what: max(at, known.get(what, at))}
        return not self.erased

    def _is_after(self, what: str, at: datetime) -> bool:
        known = self._known.get(what)
        return known is not None and known > at

    def _is_since(self, what: str, at: datetime) -> bool:
        known = self._known.get(what)
        return known is not None and known >= at

    @property
    def _known(self) -> Mapping[str, datetime]:
        """The times; of one whose every choice had the time of the last of them, as it was stored before, that one."""
        if self.times or self.update_time is None:
            return self.times
        accepted = {each.name for channels in self.choices.values() for each in channels}
        said = ["time_zone", "language", "daily", *(f"choice {each}" for each in self.choices)]
        return dict.fromkeys([*said, *(f"accepted {name}" for name in sorted(accepted))], self.update_time)

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
        for event_type, channels in chosen.items():
            self._choose(event_type, channels, at)
        if time_zone and self._is_last("time_zone", at):
            self.time_zone = time_zone
        if language and self._is_last("language", at) and not self._is_after("profile_language", at):
            self.language = language
        if daily is not None and self._is_last("daily", at):
            self.daily = tuple(each for each in Channel if each in daily)
        self._chose(at)

    def erase(self, at: datetime) -> None:
        """Drops every choice; from now on nothing is kept or sent."""
        self.choices, self.times, self.dead, self.declined, self.daily = {}, {}, (), (), ()
        self.time_zone = self.language = self.profile_language = ""
        self.update_time, self.erase_time = None, self.erase_time or at


def _require_there(path: str, channels: tuple[Channel, ...], available: frozenset[Channel]) -> None:
    if missing := [each.name for each in channels if each not in available]:
        there = ", ".join(each.name for each in Channel if each in available)
        raise InvalidArgument.field(path, f"must be among {there}: there is no {missing[0]}")

"""From a scenario and a seed to a world at the beginning of its warm-up."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.core.calendar import new_calendar
from sim.core.chance import keyed, name_word, stream
from sim.core.generate import generate
from sim.core.graph import Graph
from sim.core.graph_files import read_graph
from sim.core.tables import rows
from sim.model.attitude import DETRACTOR, PROMOTER, attitude_answering, share_left
from sim.model.desk import TRIAGE, steadied, trained
from sim.model.feed import chance_at_background, share_seen_within
from sim.model.journey import Rhythm, rhythm_of
from sim.model.press import Press as Interest
from sim.model.referral import pull_of_referred
from sim.scenario.brand import Brand, Desk, Policy
from sim.scenario.schema import Scenario
from sim.world import brand as programmes
from sim.world import promotion
from sim.world import state as s
from sim.world.desk import check_triage
from sim.world.desk_health import QUALITIES, DeskHealth
from sim.world.improvement import Improvement
from sim.world.loop import first_survey
from sim.world.populate import Settled, plan_first_moments, populate
from sim.world.world import World, streams_of

BUCKET_HOURS = 1 / 6
"""Width of a bucket of the calendar. Storage: the result does not depend on it."""

ISSUE_OF_SERVICE = "service"


@dataclass(frozen=True)
class Issues:
    """What stories can be about: rows, names, and how content is perceived by each segment."""

    rows: np.ndarray
    names: tuple[str, ...]
    perceived: np.ndarray

    def number(self, brand: int, name: str) -> int:
        """The number of a brand's issue of that name (of several, the last: incidents stand after failures)."""
        return max(
            number for number, known in enumerate(self.names)
            if known == name and self.rows[number]["brand"] == brand
        )


def graph_of(scenario: Scenario, seed: int) -> Graph:
    """The social graph of a scenario: read from its file, or drawn (from the graph's own seed if it pins one)."""
    network = scenario.graph
    if network.file is not None:
        return read_graph(Path(network.file), network.directed, network.strong_overlap)
    return generate(network, scenario.customers.number, seed)


def build(
    scenario: Scenario, seed: int | None = None, graph: Graph | None = None, *, settled: Settled | None = None,
    trace: bool = False, bucket_hours: float = BUCKET_HOURS,
) -> World:
    """Build the world of a scenario for one seed (default: the scenario's own).

    graph: one built before for the same scenario and seed, to be shared. settled: people of a world before, who are
    copied if this one has the same. trace: keep every touch of every person (for tests). Raises FileError if a graph
    file cannot be used, UserError for a triage added while the program runs.
    """
    check_triage()
    seed = scenario.seed if seed is None else seed
    graph = graph_of(scenario, seed) if graph is None else graph
    start, end = -float(math.ceil(scenario.clock.warm_up)), 24.0 * scenario.clock.days
    issues = issues_of(scenario)
    n, n_brands = graph.n, len(scenario.brands)
    hours, days = round(end - start) + 1, round(end / 24.0) + 1
    half_life = scenario.crowd.attitude.hearsay_half_life
    tables = s.Tables(
        people=rows(n, s.PERSON),
        opinions=rows((n, n_brands), s.OPINION),
        posts=rows(room_for_posts(scenario, n), s.POST_ROW),
        replies=rows(max(1024, n // 8), s.REPLY_ROW),
        issues=issues.rows,
        broadcasts=np.zeros(16, s.BROADCAST_ROW),
        perceived=issues.perceived,
        brands=brand_rows(scenario, issues),
        desks=np.zeros(n_brands, s.DESK_ROW),
        waiting=np.zeros((n_brands, 2, 1024), np.int32),
        segments=segment_rows(scenario),
        rules=rules_of(scenario),
        streams=streams_of(seed),
        rhythm=rhythm_table(tuple(scenario.crowd.journey.diurnal)),
        fade=fading(half_life, hours + 24),
        recent=np.zeros((n_brands, s.RECENT + 1), np.int32),
        sums=np.zeros((n_brands, 2, 3)),
        hour=np.zeros((n_brands, len(s.HOURLY))),
        hourly=np.zeros((hours, n_brands, len(s.HOURLY))),
        daily=np.zeros((days, n_brands, len(s.DAILY))),
        transitions=np.zeros((n_brands, 5, 5), np.int64),
        view_ages=np.zeros(s.VIEW_AGE_MINUTES + 1, np.int64),
        shared=np.zeros(4096, np.uint64),
        offsets=graph.offsets,
        targets=graph.targets,
        strong=graph.strong,
        follows=graph.follows,
        counts=np.zeros(len(s.COUNTS), np.int64),
        trace=np.zeros(4096 if trace else 0, s.TRACE_ROW),
        start=np.array([start, end]),
        calendar=new_calendar(start, end + 1e-6, bucket_hours),
    )
    world = World(
        scenario=scenario,
        seed=seed,
        tables=tables,
        brand_names=tuple(brand.name for brand in scenario.brands),
        issue_names=issues.names,
        segment_names=tuple(segment.name for segment in scenario.customers.segments),
        programmes=programmes_of(scenario, issues, seed, start),
        now=start,
    )
    people_seed = seed if scenario.customers.seed is None else scenario.customers.seed
    populate(world.tables, scenario, keyed(stream(people_seed, "build"), 0), settled)
    world.make_room(2 * n + 1)
    plan_first_moments(world.tables)
    if start == 0.0:
        first_survey(world.tables)
    return world


def room_for_posts(scenario: Scenario, n: int) -> int:
    """Rows that the posts of a usual run do not fill (more are made when they do); unused ones take no memory."""
    days = scenario.clock.days + scenario.clock.warm_up / 24.0
    voice = scenario.crowd.voice
    return max(1024, n // 4, int(n * days * scenario.crowd.journey.uses * (voice.ordinary + voice.praise)))


# ---------------------------------------------------------------------------------------------- settings as rows


def rules_of(scenario: Scenario) -> np.ndarray:
    """One record with every number of `crowd:`, named block_parameter, and what follows from them."""
    crowd = scenario.crowd
    numbers: dict[str, float] = {}
    for block_name in type(crowd).model_fields:
        block = getattr(crowd, block_name)
        for name in type(block).model_fields:
            value = getattr(block, name)
            if isinstance(value, (int, float)):
                numbers[f"{block_name}_{name}"] = float(value)
    feed, attitude = crowd.feed, crowd.attitude
    numbers["feed_chance"] = chance_at_background(feed.view_chance, feed.background, feed.usual_background)
    numbers["feed_seen_in_lifetime"] = share_seen_within(feed.lifetime, feed.plateau, feed.decay)
    numbers["referral_pull"] = pull_of_referred(crowd.referral.churn_ratio)
    numbers["choice_rating_kept"] = share_left(1.0, crowd.choice.rating_memory)
    for name, answer in (("promoter", PROMOTER), ("detractor", DETRACTOR)):
        numbers[f"attitude_{name}"] = attitude_answering(answer, attitude.recommend_centre, attitude.recommend_scale)
    row = np.zeros(1, np.dtype([(name, np.float64) for name in numbers], align=True))
    for name, number in numbers.items():
        row[name] = number
    return row


@functools.lru_cache(maxsize=4)
def fading(half_life: float, hours: int) -> np.ndarray:
    """What is left of hearsay after so many hours: float64 [hours]. The same array for the same numbers: only read."""
    return np.array([share_left(float(hour), half_life) for hour in range(hours)])


@functools.lru_cache(maxsize=4)
def rhythm_table(diurnal: tuple[float, ...]) -> Rhythm:
    """The rhythm of a day as arrays. The same ones for the same rates: they are only read."""
    awake, rate, first = rhythm_of(diurnal)
    return Rhythm(np.array(awake), np.array(rate), np.array(first, np.uint8))  # type: ignore[arg-type]


def segment_rows(scenario: Scenario) -> np.ndarray:
    """The segments of the customers."""
    rows = np.zeros(len(scenario.customers.segments), s.SEGMENT_ROW)
    for row, segment in zip(rows, scenario.customers.segments, strict=True):
        row["voice"], row["activity"], row["patience"] = segment.voice, segment.activity, segment.patience
        row["loyalty"], row["expectations"] = segment.loyalty, segment.expectations
    return rows


def incident_labels(scenario: Scenario) -> list[str]:
    """What each incident is called; of several of one brand that share a name, the later ones are numbered."""
    labels: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    for incident in scenario.incidents:
        times = seen[incident.brand, incident.label] = seen.get((incident.brand, incident.label), 0) + 1
        labels.append(incident.label if times == 1 else f"{incident.label} {times}")
    return labels


def issues_of(scenario: Scenario) -> Issues:
    """All issues, brand by brand: ordinary service, causes of failure, incidents, content, campaigns."""
    rows: list[tuple[str, int, int, float, float, float]] = []
    perceived: dict[int, list[float]] = {}
    promises: dict[int, float] = {}
    segments = scenario.customers.segments
    for b, brand in enumerate(scenario.brands):
        rows.append((ISSUE_OF_SERVICE, b, s.ORDINARY, 0.0, 0.0, 1.0))
        for cause, failure in brand.failures.items():
            loss = math.nan if failure.severity is None else failure.severity
            if failure.chance > 0:
                rows.append((cause, b, s.FAILURE, failure.chance, loss, failure.vividness))
        for incident, label in zip(scenario.incidents, incident_labels(scenario), strict=True):
            if incident.brand == brand.name:
                rows.append((label, b, s.INCIDENT, 0.0, incident.severity, incident.vividness))
        for content in scenario.content:
            if content.brand == brand.name:
                perceived[len(rows)] = [content.perceived_by(segment.name) for segment in segments]
                rows.append((content.name, b, s.CONTENT, 0.0, 0.0, content.vividness))
        for campaign in brand.campaigns:
            promises[len(rows)] = campaign.promise
            rows.append((campaign.name, b, s.CAMPAIGN, 0.0, 0.0, campaign.vividness))
    table = np.zeros(len(rows), s.ISSUE_ROW)
    felt = np.full((len(rows), len(segments)), math.nan)
    for number, (name, b, kind, chance, loss, vividness) in enumerate(rows):
        row = table[number]
        row["key"] = name_word(f"{scenario.brands[b].name}/{kind}/{name}")
        row["began"], row["chance"], row["loss"], row["vividness"] = math.inf, chance, loss, vividness
        row["brand"], row["kind"], row["answer"] = b, kind, s.NO_BROADCAST
        row["promise"] = promises.get(number, math.nan)
        row["claim"] = s.NO_BROADCAST
        if number in perceived:
            felt[number] = perceived[number]
    return Issues(table, tuple(row[0] for row in rows), felt)


def brand_rows(scenario: Scenario, issues: Issues) -> np.ndarray:
    """The brands' settings, with the policy each of them follows."""
    rows = np.zeros(len(scenario.brands), s.BRAND_ROW)
    for b, (row, brand) in enumerate(zip(rows, scenario.brands, strict=True)):
        own = np.flatnonzero(issues.rows["brand"] == b)
        failures = [number for number in own if issues.rows[number]["kind"] == s.FAILURE]
        row["key"] = name_word(brand.name)
        row["quality"], row["price"], row["present"] = brand.quality, brand.price, brand.presence
        spread = brand.quality_spread
        row["spread"] = scenario.crowd.experience.quality_spread if spread is None else spread
        row["ordinary"] = own[0]
        row["first_failure"], row["n_failures"] = own[0] + 1, len(failures)
        if brand.referral is not None:
            referral = brand.referral
            row["invites"] = referral.invites if referral.at is None else 0.0
            row["accepts"], row["reward"] = referral.accepts, referral.reward
            row["asks_all"] = referral.asks_the_let_down
        set_policy(row, brand, scenario.policy(brand))
        row["phone_wait"] = math.nan if brand.phone is None else brand.phone.wait
        if brand.phone is not None:
            row["phone"] = [getattr(brand.phone.quality, quality) for quality in QUALITIES]
    return rows


def set_policy(row: np.void, brand: Brand, policy: Policy) -> None:
    """Write into a brand's row how it listens and answers."""
    desk = brand.desk
    row["replies"] = policy.replies
    row["by_hand"] = desk.by_hand
    row["listens"] = desk.listens if policy.listens else 0.0
    row["answers"] = policy.answers
    row["channel"] = s.CHANNELS.index(policy.channel)
    row["triage"] = list(TRIAGE).index(policy.triage)
    row["reply_after"] = math.nan if policy.reply_after is None else policy.reply_after
    for quality in QUALITIES:
        row[quality] = quality_of_replies(desk, policy, quality)
    row["handling_time"] = desk.handling_time
    row["handling_spread"] = steadied(desk.spread, desk.training, desk.training_steadies)
    row["authority"] = math.inf if desk.authority is None else desk.authority
    if desk.bot is not None:
        row["bot_tries"], row["bot_solves"], row["bot_takes"] = desk.bot.tries, desk.bot.solves, desk.bot.takes
        row["bot_hands_over"] = desk.bot.hands_over
        for point, reply in (("bot_solved", desk.bot.solved), ("bot_failed", desk.bot.failed)):
            row[point] = [getattr(reply, quality) for quality in QUALITIES]
    row["notice_delay"], row["drops_after"] = desk.notice_delay, desk.drops_after
    row["promise"] = math.inf if policy.promise is None else policy.promise
    row["thanks"] = policy.thanks if policy.replies else 0.0
    row["thanks_channel"], row["thanks_time"] = s.CHANNELS.index(policy.thanks_channel), desk.thanks_time
    row["specialist_share"], row["specialist_time"] = desk.specialist_share, desk.specialist_time


def quality_of_replies(desk: Desk, policy: Policy, quality: str) -> float:
    """A quality of a brand's replies: its policy's; what training can add to the manner of it, it adds."""
    stated: float = getattr(policy.quality, quality)
    return stated if quality == "action" else trained(stated, desk.training, desk.training_gain)


# ---------------------------------------------------------------------------------------------- programmes


def programmes_of(scenario: Scenario, issues: Issues, seed: int, start: float) -> list[programmes.Programme]:
    """Everything that managers and the world around them will do, in the order that breaks ties."""
    begin = programmes.seconds(start)
    found: list[programmes.Programme] = []
    for b, brand in enumerate(scenario.brands):
        found.extend(_desk_programmes(scenario, issues, b, brand, seed, begin))
    names = [brand.name for brand in scenario.brands]
    for incident, label in zip(scenario.incidents, incident_labels(scenario), strict=True):
        b = names.index(incident.brand)
        affected = np.array([
            incident.share if not incident.segments or segment.name in incident.segments else 0.0
            for segment in scenario.customers.segments
        ])
        found.append(programmes.Incident(
            b, label, issues.number(b, label), affected, incident.over,
            programmes.seconds(scenario.hours(incident.at)),
        ))
    for content in scenario.content:
        b = names.index(content.brand)
        found.append(programmes.Content(
            b, content.name, issues.number(b, content.name), content.reach, content.over, content.vividness,
            programmes.seconds(scenario.hours(content.at)),
        ))
    for b, brand in enumerate(scenario.brands):
        found.extend(st for st in _statements(scenario, issues, b, brand) if st.due < programmes.NEVER)
    for b, brand in enumerate(scenario.brands):
        found.extend(_promotion(scenario, issues, b, brand))
    for b, brand in enumerate(scenario.brands):
        if brand.learning is not None:
            listens = brand.desk.listens if scenario.policy(brand).listens else 0.0
            improvement = Improvement(b, brand.learning, listens, int(stream(seed, Improvement.purpose)), due=0)
            improvement.due = improvement.next_review = improvement.every
            found.append(improvement)
    interest = _interest(scenario, issues)
    if any(interest):
        found.append(programmes.Press(int(stream(seed, programmes.Press.purpose)), interest, due=begin))
    return found


def _desk_programmes(
    scenario: Scenario, issues: Issues, b: int, brand: Brand, seed: int, begin: int
) -> list[programmes.Programme]:
    """Who is on duty, and the alarm, for a brand that answers at all."""
    policy = scenario.policy(brand)
    desk = brand.desk
    if not policy.listens:
        return []
    hands_on = desk.specialist_share > 0 or desk.by_hand or desk.authority is not None
    shifts = programmes.Shifts(
        b,
        [
            programmes.Shift(duty.opens, duty.closes, duty.agents, desk.specialists if hands_on else 0)
            for duty in desk.duty
        ],
        due=begin,
    )
    health: list[programmes.Programme] = []
    if desk.health is not None:
        usual = {quality: quality_of_replies(desk, policy, quality) for quality in QUALITIES}
        review = begin + programmes.seconds(desk.health.review)
        health.append(DeskHealth(
            b, desk.health, desk.agents, shifts, usual | {"handling_time": desk.handling_time},
            int(stream(seed, DeskHealth.purpose)), due=review, next_review=review,
        ))
    if desk.alarm is None:
        return [shifts, *health]
    alarm = desk.alarm
    waiting = [st for st in _statements(scenario, issues, b, brand) if st.due == programmes.NEVER]
    return [
        shifts,
        programmes.Alarm(
            b, every=programmes.HOUR // 4, memory_hours=alarm.window, times_usual=alarm.times_usual,
            at_least=alarm.at_least, surge_agents=alarm.surge_agents,
            surge_after=programmes.seconds(alarm.surge_after), surge_lasts=programmes.seconds(alarm.surge_lasts),
            shifts=shifts, statements=waiting, due=begin, next_look=begin,
        ),
        *health,
    ]


def _statements(scenario: Scenario, issues: Issues, b: int, brand: Brand) -> list[programmes.Statement]:
    """What a brand will say to all; those that wait for the alarm are due never."""
    return [
        programmes.Statement(
            b, label, statement.explanation, statement.ownership, statement.sincerity,
            statement.reach, None if statement.about is None else issues.number(b, statement.about),
            due=programmes.NEVER if statement.at is None else programmes.seconds(scenario.hours(statement.at)),
            after=programmes.seconds(statement.after),
        )
        for label, statement in zip(brand.statement_labels, brand.statements, strict=True)
    ]


def _promotion(scenario: Scenario, issues: Issues, b: int, brand: Brand) -> list[programmes.Programme]:
    """A brand's campaigns, and the beginning and end of its referral programme."""
    found: list[programmes.Programme] = [
        promotion.Campaign(
            b, campaign.name, issues.number(b, campaign.name), campaign.promise, campaign.reach, campaign.over,
            s.TARGETS.index(campaign.to), campaign.shared, campaign.vividness, campaign.cost,
            programmes.seconds(scenario.hours(campaign.at)),
        )
        for campaign in brand.campaigns
    ]
    if brand.referral is not None:
        for moment, invites in ((brand.referral.at, brand.referral.invites), (brand.referral.until, 0.0)):
            if moment is not None:
                found.append(promotion.Invitations(b, invites, programmes.seconds(scenario.hours(moment))))
    return found


def _interest(scenario: Scenario, issues: Issues) -> list[Interest | None]:
    """The press's interest in each issue: an incident's own, else the scenario's; none in ordinary service."""
    interest: list[Interest | None] = [
        None if kind == s.ORDINARY else scenario.press for kind in issues.rows["kind"]
    ]
    names = [brand.name for brand in scenario.brands]
    for incident, label in zip(scenario.incidents, incident_labels(scenario), strict=True):
        if incident.press is not None:
            interest[issues.number(names.index(incident.brand), label)] = incident.press
    return interest

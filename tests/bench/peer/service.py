"""`POST /api/v1/applications` in FastAPI, SQLAlchemy's async ORM, asyncpg and uvicorn: what a create is compared with.

What it does, as the platform does:
- verifies the ES256 token against the issuer's keys: signature, issuer, audience, expiry, and that it is a customer's;
- refuses a create for another customer than the token's;
- validates the same fields: ids, lengths, patterns, money with its scale and sign, the facility's limits and currency;
- writes the application, the audit row and the outbox row (an Avro body in the registry's frame) in one transaction of
  the same PostgreSQL server, and answers with the whole application;
- reaches PostgreSQL by TLS;
- stands behind an Envoy of its own with the platform's timeouts and access log.

What it does not, and so is cheaper: no timeline row, no idempotency keys, no correlation of calls, no metrics, no
traces, no check of roles and limits at the edge, no TLS behind the edge, and no relay: its outbox grows, and no other
service is notified of anything.

What helps it: uvloop, httptools, as many worker processes as the machine has cores, prepared statements (asyncpg keeps
them), one INSERT for each table without RETURNING. Run by tests/bench/peers.py.
"""

import io
import json
import os
import re
import ssl
import struct
import time
import uuid
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import fastavro
import jwt
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import BigInteger, DateTime, Identity, Index, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ISSUER, AUDIENCE = "https://auth.loanflow.local", "loanflow"
_AMOUNT = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?")
# Of the platform's catalogue: currency, least and most amount, least and most months.
FACILITIES = {"PERSONAL": ("EUR", Decimal(500), Decimal(50_000), 6, 84)}
_SCHEMA = fastavro.parse_schema(json.loads(Path(os.environ["PEER_SCHEMA"]).read_text()))
_KEYS = {key["kid"]: jwt.PyJWK(key).key for key in json.loads(Path(os.environ["PEER_KEYS"]).read_text())["keys"]}
_FRAME = struct.Struct(">bI").pack(0, 1)
_TIME = DateTime(timezone=True)
engine = create_async_engine(
    os.environ["PEER_DATABASE"], pool_size=16, max_overflow=0,
    connect_args={"ssl": ssl.create_default_context(cafile=os.environ["PEER_AUTHORITY"])},
)  # fmt: skip
begin = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    """The peer's tables."""


class Application(Base):
    """An application as it stands."""

    __tablename__ = "applications"
    application_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str] = mapped_column(Text)
    facility_type: Mapped[str] = mapped_column(Text)
    amount: Mapped[dict[str, str]] = mapped_column(JSONB)
    request: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(Text)
    create_time: Mapped[datetime] = mapped_column(_TIME)
    update_time: Mapped[datetime] = mapped_column(_TIME)
    version: Mapped[int]
    __table_args__ = (
        Index("applications_newest", create_time.desc(), application_id.desc()),
        Index("applications_customer", customer_id, create_time.desc(), application_id.desc()),
        Index("applications_status", status, create_time.desc()),
    )


class Audit(Base):
    """Who changed what."""

    __tablename__ = "audit"
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    create_time: Mapped[datetime] = mapped_column(_TIME)
    actor: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    aggregate_type: Mapped[str] = mapped_column(Text)
    aggregate_id: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    __table_args__ = (Index("audit_aggregate", aggregate_id, aggregate_type),)


class Outbox(Base):
    """An event that is to be published."""

    __tablename__ = "outbox"
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[str] = mapped_column(Text)
    shard: Mapped[int] = mapped_column(SmallInteger)
    aggregate_type: Mapped[str] = mapped_column(Text)
    aggregate_id: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    topic: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    create_time: Mapped[datetime] = mapped_column(_TIME)
    __table_args__ = (Index("outbox_shard_position", shard, position),)


def amount_of(text: str) -> str:
    """A decimal number with at most two places for the currency of the facilities."""
    if not _AMOUNT.fullmatch(text) or -Decimal(text).as_tuple().exponent > 2:  # type: ignore[operator]
        raise ValueError("must be a decimal number of the currency's places")
    return text


def _positive(money: "Money") -> "Money":
    if Decimal(money.amount) <= 0:
        raise ValueError("must be above zero")
    return money


def _not_negative(money: "Money") -> "Money":
    if money.amount.startswith("-"):
        raise ValueError("must not be below zero")
    return money


class Shape(BaseModel):
    """Names in JSON are those of the platform."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Money(Shape):
    """An amount in a currency."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    amount: Annotated[str, AfterValidator(amount_of)]


Positive = Annotated[Money, AfterValidator(_positive)]
NotNegative = Annotated[Money, AfterValidator(_not_negative)]


class Project(Shape):
    """What the money is for."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=2000)] = ""
    cost: Positive


class CreateApplication(Shape):
    """What a customer applies with."""

    customer_id: uuid.UUID
    project: Project
    facility_type: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")]
    amount: Positive
    tenure_months: Annotated[int, Field(ge=1, le=480)]
    purpose: Annotated[str, Field(max_length=1000)] = ""
    monthly_income: NotNegative
    monthly_debts: NotNegative
    collateral_value: NotNegative | None = None


class Stored(Shape):
    """The application as it was made."""

    application_id: str
    customer_id: str
    project: Project
    facility_type: str
    amount: Money
    tenure_months: int
    purpose: str
    monthly_income: Money
    monthly_debts: Money
    collateral_value: Money | None
    status: str
    create_time: datetime
    update_time: datetime


class Created(Shape):
    """The answer."""

    application: Stored


def customer_of(authorization: Annotated[str, Header()]) -> str:
    """The customer whose token it is; 401 or 403."""
    token = authorization.removeprefix("Bearer ")
    try:
        key = _KEYS[jwt.get_unverified_header(token)["kid"]]
        claims = jwt.decode(token, key, algorithms=["ES256"], issuer=ISSUER, audience=AUDIENCE)
    except (jwt.PyJWTError, KeyError) as error:
        raise HTTPException(401, "the token is none of ours") from error
    if claims["kind"] != "customer":
        raise HTTPException(403, "for customers")
    return str(claims["sub"])


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = FastAPI(lifespan=_lifespan, openapi_url=None)


@app.get("/ready")
async def ready() -> dict[str, str]:
    """Says that it serves."""
    return {}


@app.post("/api/v1/applications")
async def create(
    asked: CreateApplication,
    customer_id: Annotated[str, Depends(customer_of)],
) -> Created:
    """Makes a draft for the customer."""
    if str(asked.customer_id) != customer_id:
        raise HTTPException(403, "not the customer's own")
    check_limits(asked)
    now, application_id = datetime.now(UTC), str(uuid.uuid4())
    request = asked.model_dump(mode="json")
    async with begin.begin() as opened:
        opened.add(
            Application(
                application_id=application_id, customer_id=customer_id, facility_type=asked.facility_type,
                amount=request["amount"], request=request, status="DRAFT", create_time=now, update_time=now, version=1,
            )
        )  # fmt: skip
        opened.add(
            Audit(
                create_time=now, actor=f"customer:{customer_id}", method="CreateApplication", version=1,
                aggregate_type="Application", aggregate_id=application_id, after=request,
            )
        )  # fmt: skip
        opened.add(event_of(asked, application_id, customer_id, now))
    return Created(
        application=Stored(
            application_id=application_id, status="DRAFT", create_time=now, update_time=now,
            **{**asked.model_dump(), "customer_id": customer_id},
        )
    )  # fmt: skip


def check_limits(asked: CreateApplication) -> None:
    """Refuses what the facility does not allow."""
    if asked.facility_type not in FACILITIES:
        raise HTTPException(400, "no such facility")
    currency, least, most, shortest, longest = FACILITIES[asked.facility_type]
    if not least <= Decimal(asked.amount.amount) <= most or not shortest <= asked.tenure_months <= longest:
        raise HTTPException(400, "outside the facility's limits")
    moneys = (asked.amount, asked.project.cost, asked.monthly_income, asked.monthly_debts, asked.collateral_value)
    if any(money.currency != currency for money in moneys if money):
        raise HTTPException(400, f"must be in {currency}")


def event_of(asked: CreateApplication, application_id: str, customer_id: str, now: datetime) -> Outbox:
    """The outbox row of `application.created`."""
    body, event_id = io.BytesIO(), str(uuid.uuid4())
    body.write(_FRAME)
    amount = {"currency": asked.amount.currency, "amount": Decimal(asked.amount.amount)}
    record = {
        "application_id": application_id, "customer_id": customer_id, "facility_type": asked.facility_type,
        "amount": amount, "tenure_months": asked.tenure_months, "create_time": now,
    }  # fmt: skip
    fastavro.schemaless_writer(body, _SCHEMA, record)
    headers = {
        "ce_specversion": "1.0", "ce_id": event_id, "ce_type": "application.created", "ce_source": "application",
        "ce_time": now.isoformat(), "ce_subject": application_id, "ce_aggregatetype": "Application",
        "ce_aggregateid": application_id, "ce_aggregateversion": "1", "ce_actor": f"customer:{customer_id}",
        "ce_correlationid": str(time.monotonic_ns()), "content-type": "application/avro",
    }  # fmt: skip
    return Outbox(
        event_id=event_id, shard=zlib.crc32(application_id.encode()) % 12, aggregate_type="Application",
        aggregate_id=application_id, version=1, topic="loanflow.application.v1", key=application_id, headers=headers,
        payload=body.getvalue(), create_time=now,
    )  # fmt: skip

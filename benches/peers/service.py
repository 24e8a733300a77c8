"""The same report as a FastAPI service with SQLAlchemy and asyncpg, as somebody careful would write it: typed bodies, one
transaction a report, a pool, prepared statements, tokens verified once and remembered. It keeps no tallies, no versions
and no numbers of changes, which is less work than Quotidien does.

`DATABASE_URL` names the database, `TOKEN_KEY` what signs tokens.
"""

import contextlib
import datetime
import os
import uuid

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import BigInteger, Column, Date, DateTime, ForeignKeyConstraint, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import create_async_engine

TABLES = MetaData()
REPORTS = Table(
    "reports", TABLES, Column("advisor_id", Uuid, primary_key=True), Column("report_date", Date, primary_key=True),
    Column("version", BigInteger, nullable=False), Column("received_at", DateTime(timezone=True), nullable=False))
INTERVENTIONS = Table(
    "interventions", TABLES, Column("advisor_id", Uuid, primary_key=True), Column("report_date", Date, primary_key=True),
    Column("position", Integer, primary_key=True), Column("intervention_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False), Column("participants", Integer, nullable=False),
    Column("recurring_participants", Integer, nullable=False), Column("duration_minutes", Integer, nullable=False),
    Column("setting", Text, nullable=False), Column("principle", Text), Column("commune_code", Text), Column("place_name", Text),
    Column("themes", JSONB, nullable=False), Column("people", JSONB, nullable=False), Column("note", Text),
    ForeignKeyConstraint(["advisor_id", "report_date"], ["reports.advisor_id", "reports.report_date"]))

ENGINE = create_async_engine(os.environ["DATABASE_URL"], pool_size=16, max_overflow=0)
# Tokens that were verified: who is named, and until when the token is good.
VERIFIED: dict[str, tuple[uuid.UUID, float]] = {}


class Intervention(BaseModel):
    """An intervention, as a client sends it."""

    model_config = ConfigDict(extra="forbid")
    kind: str = Field(pattern="^(workshop|individual|one_off)$")
    participants: int = Field(ge=1, le=1000)
    recurring_participants: int = Field(0, ge=0, le=1000)
    duration_minutes: int = Field(ge=1, le=1440)
    setting: str
    principle: str | None = None
    commune_code: str | None = Field(None, pattern="^([0-9]{2}|2A|2B)[0-9]{3}$")
    place_name: str | None = Field(None, max_length=200)
    themes: set[str] = Field(min_length=1, max_length=20)
    age_groups: dict[str, int] = {}
    genders: dict[str, int] = {}
    situations: dict[str, int] = {}
    follow_ups: dict[str, int] = {}
    redirected_to: set[str] = set()
    referred_by_social_worker: bool = False
    first_visit_accompanied: bool = False
    note: str | None = Field(None, max_length=2000)

    @model_validator(mode="after")
    def adds_up(self):
        """No list of people tells of more than took part."""
        told = (sum(people.values()) for people in (self.age_groups, self.genders, self.situations))
        if max(self.recurring_participants, *told) > self.participants:
            raise ValueError("more people are told of than took part")
        return self

    def people(self):
        """What a row keeps of people in one column."""
        return self.model_dump(mode="json", include={"age_groups", "genders", "situations", "follow_ups", "redirected_to",
                                                     "referred_by_social_worker", "first_visit_accompanied"})


class Report(BaseModel):
    """A day, as a client sends it."""

    model_config = ConfigDict(extra="forbid")
    interventions: list[Intervention] = Field([], max_length=100)


def advisor_of(request: Request) -> uuid.UUID:
    """Who calls, by their token."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    now = datetime.datetime.now(datetime.timezone.utc).timestamp()
    known = VERIFIED.get(token)
    if known is None or known[1] <= now:
        try:
            claims = jwt.decode(token, os.environ["TOKEN_KEY"], algorithms=["HS256"])
        except jwt.InvalidTokenError as error:
            raise HTTPException(401) from error
        known = VERIFIED[token] = (uuid.UUID(claims["sub"]), claims["exp"])
    return known[0]


@contextlib.asynccontextmanager
async def lifespan(_):
    """Closes the pool at the end."""
    yield
    await ENGINE.dispose()


app = FastAPI(lifespan=lifespan)


@app.put("/v1/advisors/{advisor_id}/reports/{day}", status_code=201)
async def put_report(advisor_id: uuid.UUID, day: datetime.date, report: Report, response: Response,
                     caller: uuid.UUID = Depends(advisor_of)):
    """Writes a day that is not there yet."""
    if caller != advisor_id:
        raise HTTPException(403)
    received = datetime.datetime.now(datetime.timezone.utc)
    key = {"advisor_id": advisor_id, "report_date": day}
    rows = [key | {"position": position, "intervention_id": uuid.uuid4(), "people": told.people(), "themes": sorted(told.themes)}
            | told.model_dump(include={"kind", "participants", "recurring_participants", "duration_minutes", "setting", "principle",
                                       "commune_code", "place_name", "note"})
            for position, told in enumerate(report.interventions)]
    async with ENGINE.begin() as connection:
        made = await connection.execute(
            insert(REPORTS).values(**key, version=1, received_at=received).on_conflict_do_nothing().returning(REPORTS.c.version))
        if made.first() is None:
            raise HTTPException(409)
        if rows:
            await connection.execute(INTERVENTIONS.insert(), rows)
    response.headers["ETag"] = '"1"'
    return {"advisor_id": advisor_id, "date": day, "version": 1, "received_at": received, "interventions": rows}

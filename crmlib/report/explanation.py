"""Explanation: everything that made one customer's class, as data that survives JSON unchanged."""

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(_Part):
    """A change of one indicator."""

    code: str
    change: float = Field(description="In the indicator's own unit.")
    words: str = Field(description="The same for people, rounded up.")


class Step(_Part):
    """One indicator, from its raw value to what it adds to the total."""

    code: str
    name: str
    axis: str = Field(description="current or potential.")
    unit: str
    raw: float | None = Field(description="In its own unit; none where it is not known.")
    now: str = Field(description="The same for people.")
    points: float | None = Field(description="0 to 100, more is better.")
    weight: float = Field(description="In this customer's total, after missing ones went to their siblings.")
    contribution: float = Field(description="Points x weight; contributions sum to the total.")
    alone: Change | None = Field(description="Smallest change of it alone that crosses the cut of its axis.")


class Side(_Part):
    """Where the customer stands on one axis."""

    axis: str
    score: float
    cut: float
    distance: float = Field(description="Score less cut, points; 0 or more is high.")
    other: str = Field(description="Class on the other side of this cut.")
    pair: tuple[Change, Change] | None = Field(description="Cheapest change of two indicators that crosses the cut.")


class Act(_Part):
    """What is done with the customer, and why."""

    action: str
    owner: str
    due: str
    measure: str
    reason: str
    stake: str
    value_at_stake: float | None = Field(description="CNY.")


class Explanation(_Part):
    """Everything that made one customer's class."""

    run: str
    customer_id: str
    name: str | None
    language: str = Field(description="Language of names and sentences.")
    money_unit: str = Field(description="Unit in which amounts are told; the fields themselves are CNY.")
    in_class: str = Field(description="Label of its class, as the study has it.")
    class_last_year: str | None
    total: float
    sides: tuple[Side, ...]
    steps: tuple[Step, ...]
    stage: str | None
    stage_reason: str | None
    kept: dict[str, float] = Field(description="Share of weightings that keep the class, by how they were drawn.")
    acceptability: dict[str, float] = Field(description="Share of the first kind of weightings, by class.")
    act: Act | None
    headroom: str | None = Field(description="What becomes of headroom that is won, where the tree has it.")

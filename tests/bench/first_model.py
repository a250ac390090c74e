"""One model of pydantic's, for measuring what pydantic takes to load once it is used at all."""

from pydantic import BaseModel, Field


class First(BaseModel):
    """The least that a model is."""

    one: str = Field(max_length=3)

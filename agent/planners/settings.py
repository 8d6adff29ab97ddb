"""`ChatSettings`: how a chat model is called as a planner."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...tools.errors import InputError


class ChatSettings(BaseModel):
    """How a chat model is called.

    Args:
        base_url: the address of an OpenAI-compatible server (vLLM, LMDeploy, llama.cpp), or of
            another server of the provider's kind; None is the provider's own.
        temperature: 0 to 2; None leaves it to the provider, since some models refuse to be told.
        max_tokens: of a reply, thoughts included; None leaves it to the provider.
        timeout: seconds that one reply may take.
        retries: how often a call is repeated that failed for a reason that may pass.
        stream: read replies as they are written; some providers don't let everybody.
        show_images: send the pictures, downscaled, to a model with eyes.
        cells: let it write a program in cells.
        input_price: what a million tokens of input cost, in dollars, where the provider
            doesn't report the cost.
        output_price: the same of output.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    temperature: float | None = Field(default=None, ge=0, le=2)
    max_tokens: int | None = Field(default=None, ge=1)
    timeout: float = Field(default=120, gt=0, le=3600)
    retries: int = Field(default=2, ge=0, le=10)
    stream: bool = True
    show_images: bool = False
    cells: bool = True
    input_price: float | None = Field(default=None, ge=0)
    output_price: float | None = Field(default=None, ge=0)

    @classmethod
    def of(cls, settings: dict[str, Any]) -> ChatSettings:
        """Settings from names and values.

        Raises:
            InputError: there is no such setting, or a value is outside its range.
        """
        try:
            return cls.model_validate(settings)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            known = ", ".join(cls.model_fields)
            raise InputError(
                f"the planner's setting {place}: {first['msg']}", hint=f"settings are {known}"
            ) from None

    def cost(self, input_tokens: int, output_tokens: int) -> float | None:
        """Dollars by the prices that are set; None when one that counts is not."""
        parts = ((input_tokens, self.input_price), (output_tokens, self.output_price))
        known = [tokens * price / 1e6 for tokens, price in parts if price is not None]
        return sum(known) if len(known) == len(parts) else None

"""Schemas: one definition for forms, JSON bodies and imports."""

from __future__ import annotations

from marshmallow import ValidationError as ValidationError
from marshmallow import post_load as post_load
from marshmallow import pre_load as pre_load
from marshmallow import validates_schema as validates_schema

from core.files.fields import files_field as files_field
from core.schemas.fields import Boolean as Boolean
from core.schemas.fields import Choice as Choice
from core.schemas.fields import Data as Data
from core.schemas.fields import Day as Day
from core.schemas.fields import Days as Days
from core.schemas.fields import Email as Email
from core.schemas.fields import Id as Id
from core.schemas.fields import Integer as Integer
from core.schemas.fields import List as List
from core.schemas.fields import Moment as Moment
from core.schemas.fields import Money as Money
from core.schemas.fields import Month as Month
from core.schemas.fields import Nested as Nested
from core.schemas.fields import Rate as Rate
from core.schemas.fields import Schema as Schema
from core.schemas.fields import String as String
from core.schemas.fields import Translated as Translated
from core.schemas.validators import Length as Length
from core.schemas.validators import OneOf as OneOf
from core.schemas.validators import Pattern as Pattern
from core.schemas.validators import Range as Range
from core.schemas.validators import refusal as refusal
from core.workflow.schemas import WayStepSchema as WayStepSchema
from core.workflow.schemas import told_way as told_way

"""Integration tokens: seen, made and revoked by company-wide roles."""

from core.policies import register
from organization.access import COMPANY_WIDE
from organization.models import IntegrationToken
from organization.policies import CompanyPolicy
from organization.services import tokens

register(CompanyPolicy(IntegrationToken, view=COMPANY_WIDE, add=COMPANY_WIDE, revoke=COMPANY_WIDE))

__all__ = ["tokens"]

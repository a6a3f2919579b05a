"""Operations belong to who handed them in. Who decides on quarantined ones is organization's matter."""

from core import policies
from core.models import IdempotentRequest, Operation, PhoneDevice

policies.register(policies.OwnRows(Operation, "person"))
policies.register(policies.Internal(IdempotentRequest))
policies.register(policies.Internal(PhoneDevice))

# carbon-layer invents its payments; here its scenarios are about those in $PAYMENTS.
import itertools
import os

from carbon.adapters.mock import MockAdapter
from carbon.cli import app

real = itertools.cycle(os.environ["PAYMENTS"].split())
invent = MockAdapter.create_payment


async def create_payment(self, order_id, params):
    payment = await invent(self, order_id, params)
    del self._payments[payment["id"]]
    payment["id"] = next(real)
    self._payments[payment["id"]] = payment
    return payment


MockAdapter.create_payment = create_payment
app()

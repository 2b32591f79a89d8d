"""All readers there are."""

from tests.fuzz.endpoints import ENDPOINTS
from tests.fuzz.files import FILES
from tests.fuzz.formats import CUSTOMERS
from tests.fuzz.importers import LOGS
from tests.fuzz.messages import MESSAGES
from tests.fuzz.results import RESULTS

READERS = (*FILES, *RESULTS, *CUSTOMERS, *LOGS, *MESSAGES, *ENDPOINTS)

"""A recorder runs inside of somebody's agent: importing it loads nothing that an agent does not need."""

import subprocess
import sys

HEAVY = (
    "numba",
    "llvmlite",
    "pyarrow",
    "textual",
    "scipy",
    "lets_plot",
    "plotext",
    "rich",
    "jinja2",
    "click",
    "aiomqtt",
)


def test_importing_what_the_recorders_share_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "import turntempo.recorders.session, turntempo.recorders.writer, turntempo.recorders.voice\n"
        "import turntempo.recorders.mqtt\n"
        "from turntempo.recorders.livekit_settings import made_ready\n"
        "from turntempo.recorders import pipecat_settings\n"
        "made_ready('1.8.9'), pipecat_settings.made_ready('1.14.0')\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

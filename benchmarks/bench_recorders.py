"""What a note costs the loop of the agent that a recorder listens to: under 50 us."""

from turntempo.recorders.writer import MOST_HELD, Writer


class Log:
    def take(self, value: object) -> None:
        pass

    def flush(self, last: bool) -> None:
        pass

    def give_up(self) -> None:
        pass


def test_note(benchmark) -> None:
    log = Log()
    writer = Writer(log)
    benchmark.pedantic(writer.note, args=(log.take, 1), rounds=MOST_HELD // 4)
    writer.close()

"""`turntempo probe llm`: an OpenAI-compatible server of chat completions."""

from __future__ import annotations

import click

from turntempo.cli.probe.measuring import Given, asked_for, endpoint_of, measured, probe_options


@click.command()
@probe_options("openai")
@click.option(
    "--scenario",
    "scenario_name",
    default="support-call",
    metavar="NAME",
    help="What is asked: support-call, receptionist, rebooking, ai-tutor, companion-toy, or a TOML file of your own.",
)
@click.option(
    "--history",
    default="1000,0,4000",
    metavar="TOKENS,...",
    help="Tokens of conversation before the question: of all requests, then of those that show what reading takes.",
)
@click.option("--tools", is_flag=True, help="Also rounds of a tool call: to the call, and after its result.")
@click.option("--max-tokens", type=click.IntRange(1, 4096), default=150, metavar="N", help="The longest answer.")
@click.option(
    "--limit-name",
    type=click.Choice(("max_tokens", "max_completion_tokens")),
    default="max_tokens",
    help="What the server calls that; some models of OpenAI take the second alone.",
)
def command(given: Given, scenario_name: str, history: str, tools: bool, max_tokens: int, limit_name: str) -> int:
    """Measure an LLM: first token, gaps between tokens, first clause and sentence, load, history, tool calls."""
    from turntempo.probe.askers.chat import Chat
    from turntempo.probe.askers.scenario import scenario
    from turntempo.probe.cells import Wanted, histories, levels, versions

    found = scenario(scenario_name)
    if tools and found.tool is None:
        raise click.UsageError(f"--tools: the scenario {scenario_name} has no [tool]")
    lengths = histories(history)
    wanted = Wanted(
        "llm", given.n, levels(given.concurrency), versions(given.http), lengths, tools, only=asked_for(given)
    )
    to = endpoint_of(given)
    asked = f"{found.name} {found.digest}, {limit_name} {max_tokens}"
    prompt = len(found.system.split()) + max(len(one.split()) for one in found.questions)
    each = {"in": lengths[0] + prompt / 0.75, "out": float(max_tokens)}
    return measured(given, wanted, to, Chat(to, found, max_tokens, limit_name, given.seed), asked, each)

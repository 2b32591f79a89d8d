PYTHON_BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test check bench format lock clean venv

venv: $(STAMP)

$(STAMP): requirements.lock pyproject.toml scripts/setup.sh scripts/uv_settings.py
	scripts/setup.sh
	@touch $@

# The environment in BUILT, and VENV as a link to it; called by the Makefile, when no other build is at work.
# uv installs in seconds; where it cannot reach its registry (a mirror set only for pip), pip does the same from the same locks.
$(VENV)/.ready-%:
	@echo "Building the environment in $(BUILT) (once; about a minute)"
	@rm -rf $(BUILT) && $(PYTHON) -m venv $(BUILT)
	@$(BUILT)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@$(BUILT)/bin/uv pip sync -q --compile-bytecode --python $(BUILT)/bin/python --require-hashes requirements/main.txt || \
	  $(BUILT)/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements/main.txt
	@$(BUILT)/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(BUILT)/$(notdir $@)
	@test -L $(VENV) || rm -rf $(VENV)
	@ln -sfn $(BUILT) $(VENV)
	@find .environments -mindepth 1 -maxdepth 1 ! -path $(BUILT) ! -name .lock -exec rm -rf {} +

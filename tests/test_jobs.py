"""A job that is forked ends as it would if an interpreter had been started for it; nothing outlives the run unseen."""

import os
import signal
import subprocess
import sys
import textwrap
from importlib.util import find_spec

import pytest

from ipt_evidence.jobs import LOADED, JobServer
from ipt_evidence.turns import take_turn

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere jobs are not forked")

SCRIPTS = {
    "ends": "print('said')",
    "ends with what was put off": """
        import atexit, threading, time
        atexit.register(print, "at the end")
        threading.Thread(target=lambda: (time.sleep(0.1), print("a thread"))).start()
        print("no line of its own", end="")
        """,
    "closes what it says": "import sys; sys.stdout.close()",
    "fails": "raise ValueError('a fault')",
    "says a code": "import sys; sys.exit(7)",
    "says a sentence": "import sys; sys.exit('what to do')",
    "is killed": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "is no program": "def",
}


@pytest.fixture
def start(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    servers = []
    yield lambda: servers.append(JobServer()) or servers[-1]
    for server in servers:
        server.end()


def written(folder, text):
    path = folder / f"{len(list(folder.iterdir()))}.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return str(path)


def code_of(server, script, *temporary):
    _, job = server.begin(script, *temporary)
    with job:
        return job.readline()


def test_a_job_ends_with_the_code_and_the_words_of_the_interpreter(start, tmp_path, capfd):
    server = start()
    for text in SCRIPTS.values():
        script = written(tmp_path, text)
        alone = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
        assert code_of(server, script) == f"{alone.returncode}\n"
        said = capfd.readouterr()
        assert said.out == alone.stdout
        assert said.err.splitlines()[-1:] == alone.stderr.splitlines()[-1:]


def test_a_job_is_a_process_of_its_own_that_finds_nothing_of_another(start, tmp_path):
    server = start()
    script = written(
        tmp_path,
        """
        import os, sys, tempfile, pandas
        assert __name__ == "__main__" and sys.argv == [__file__]
        assert not hasattr(pandas, "left")
        assert tempfile.gettempdir() == os.path.dirname(__file__)
        pandas.left = True
        print(os.getpid())
        """,
    )
    numbers = {server.begin(script, str(tmp_path)) for _ in range(3)}
    with_code = {number: job.readline() for number, job in numbers}
    for _, job in numbers:
        job.close()
    assert list(with_code.values()) == ["0\n"] * 3
    assert os.getpid() not in with_code


def test_the_server_loads_what_there_is():
    assert [name for name in LOADED if find_spec(name) is None] == []


@pytest.mark.parametrize(("end", "told"), [("", "0\n"), ("raise SystemExit(3)", "")])
def test_a_dead_server_says_so_and_a_job_that_outlives_it_tells_a_good_end_alone(start, tmp_path, end, told):
    server = start()
    waiting = written(tmp_path, f"import time; time.sleep(0.5); {end}")
    _, job = server.begin(waiting)
    server._server.kill()
    server._server.wait()
    with job:
        assert job.readline() == told
    with pytest.raises(BrokenPipeError):
        server.begin(waiting)


def test_jobs_of_a_killed_run_hold_the_next_one_until_they_are_over(tmp_path, capfd):
    script = written(tmp_path, "import time, pathlib; time.sleep(1); pathlib.Path('done').write_text('')")
    run = f"from ipt_evidence.jobs import JobServer; JobServer().begin({script!r}); print('begun', flush=True); input()"
    command = [sys.executable, "-c", run]
    with subprocess.Popen(command, cwd=tmp_path, stdin=-1, stdout=-1, text=True, bufsize=1) as dead:
        assert dead.stdout.readline() == "begun\n"
        dead.send_signal(signal.SIGKILL)
    with take_turn(tmp_path):
        assert (tmp_path / "done").exists()
    assert capfd.readouterr().err == "Waiting for the jobs of a run that was ended before them.\n"

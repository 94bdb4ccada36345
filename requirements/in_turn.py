"""Run a command once no other is at work that was given the same lock: ``python in_turn.py LOCK COMMAND...``.

The system takes the lock back when the command and all that it started are over, however they end. It is needed before
there is an environment, so it rests on Python alone.
"""

import fcntl
import os
import sys
from contextlib import suppress

lock, *command = sys.argv[1:]
held = os.open(lock, os.O_RDWR | os.O_CREAT)
os.set_inheritable(held, True)
# Where the system knows no locks, nobody has to wait.
with suppress(OSError):
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another make is building the environment; this one waits until it stands.", flush=True)
        fcntl.flock(held, fcntl.LOCK_EX)
os.execvp(command[0], command)

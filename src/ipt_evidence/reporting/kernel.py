"""A kernel for notebooks that is forked from this process, and so need not load what this process has loaded.

What Jupyter waits for at its start and its end, a third of a second, is not waited for.
"""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Mapping
from queue import Empty
from typing import Any

import matplotlib as mpl
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbclient.exceptions import DeadKernelError

INLINE = "module://matplotlib_inline.backend_inline"
"""How a kernel shows plots. It tells so by its environment, which matplotlib reads only when it is loaded."""


class PromptClient(AsyncKernelClient):
    """Takes a kernel for ready once it answers on both lines.

    Jupyter's own client then waits until nothing has come for a fifth of a second. What comes late belongs to no cell,
    and is passed over by who waits for a cell's outputs.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for an answer.

        Raises
        ------
        DeadKernelError
            If the kernel has died, or did not answer in ``timeout`` seconds.
        """
        last = time.monotonic() + (timeout or float("inf"))
        while not await self._answers():
            if not await self.is_alive() or time.monotonic() > last:
                raise DeadKernelError("The kernel does not answer.")

    async def _answers(self) -> bool:
        self.kernel_info()
        try:
            await self.get_shell_msg(timeout=1)
            await self.get_iopub_msg(timeout=1)
        except Empty:
            return False
        return True


class ForkedKernel(LocalProvisioner):
    """Gives a kernel manager the process of its kernel, in place of an interpreter that it starts."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel; the command that would start an interpreter is not heeded but for its options."""
        options = cmd[cmd.index("-f") :]
        forked = _Forked(options, kwargs["env"], kwargs["cwd"])
        self.process = forked  # type: ignore[assignment]
        self.pid = self.pgid = forked.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel with all that it has started, and wait until it is gone: Jupyter looks only every 0.1 s."""
        await super().kill(restart=restart)
        if self.process:
            self.process.wait()


class _Forked:
    """What a kernel manager asks of the process of a kernel, which is otherwise a ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, options: list[str], environment: Mapping[str, str], folder: str) -> None:
        self._process = multiprocessing.get_context("fork").Process(target=_kernel, args=(options, environment, folder))
        self._process.start()
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.pid and self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()


def _kernel(options: list[str], environment: Mapping[str, str], folder: str) -> None:
    os.setsid()  # a signal reaches what the kernel has started too
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    mpl.rcParams["backend"] = INLINE
    asyncio.set_event_loop(asyncio.new_event_loop())
    IPKernelApp.launch_instance(options, parent_handle=os.getppid())  # ends with this process

"""A kernel for notebooks that is forked from this process, and so need not load what this process has loaded."""

import asyncio
import multiprocessing
import os
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

INLINE = "module://matplotlib_inline.backend_inline"
"""How a kernel shows plots. It tells so by its environment, which matplotlib reads only when it is loaded."""


class ForkedKernel(LocalProvisioner):
    """Gives a kernel manager the process of its kernel, in place of an interpreter that it starts."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel; the command that would start an interpreter is not heeded but for its options."""
        options = cmd[cmd.index("-f") :]
        forked = _Forked(options, kwargs["env"], kwargs["cwd"])
        self.process = forked  # type: ignore[assignment]
        self.pid = self.pgid = forked.pid
        return self.connection_info


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

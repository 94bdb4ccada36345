#!/bin/sh
# Run a command in a cluster of SLURM that is made for it on this machine, and leave nothing behind, however it ends:
#
#     sh tests/slurm/cluster.sh COMMAND...
#
# It needs slurmctld, slurmd, the commands of SLURM and munged (Debian: apt-get install slurm-wlm munge), and no rights of an
# administrator: the daemons run as whoever calls, listen on loopback alone, and write to a folder of their own.
set -eu

for needed in slurmctld slurmd sbatch srun squeue scancel scontrol munged munge; do
  command -v "$needed" > /dev/null || PATH="$PATH:/usr/sbin"
  command -v "$needed" > /dev/null || { echo "There is no $needed here: apt-get install slurm-wlm munge" >&2; exit 2; }
done

folder=$(mktemp -d /tmp/slurm-XXXXXX)
export SLURM_CONF="$folder/slurm.conf"
daemons=""
command=""

clean_up() {
  trap - EXIT INT TERM HUP
  if test -n "$command"; then
    kill "$command" 2> /dev/null || true
    wait "$command" 2> /dev/null || true
  fi
  # Jobs first: they would outlive the daemons.
  timeout 10 scancel --quiet --partition main 2> /dev/null || true
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    test -n "$(timeout 5 squeue --noheader 2> /dev/null)" || break
    sleep 1
  done
  for process in $daemons; do kill "$process" 2> /dev/null || true; done
  for process in $daemons; do
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      kill -0 "$process" 2> /dev/null || break
      sleep 0.5
    done
    kill -KILL "$process" 2> /dev/null || true
    wait "$process" 2> /dev/null || true
  done
  rm -rf "$folder"
}

# The daemons' last words, where the cluster does not come up.
give_up() {
  echo "$1" >&2
  tail -n 5 "$folder"/*.log >&2
  exit 1
}

# Try a command every half second, for half a minute.
await() {
  for _ in $(seq 60); do
    if "$@" > /dev/null 2>&1; then return 0; fi
    sleep 0.5
  done
  return 1
}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

ports=$(python3 - << 'PORTS'
import socket

holders = [socket.socket() for _ in range(2)]
for holder in holders:
    holder.bind(("127.0.0.1", 0))
print(*(holder.getsockname()[1] for holder in holders))
PORTS
)
user=$(id -un)
# munged refuses a socket that others cannot reach; the key stays its owner's own.
chmod 755 "$folder"
mkdir "$folder/state" "$folder/spool" "$folder/bin" "$folder/tmp"
(umask 077; head -c 128 /dev/urandom > "$folder/munge.key")

# No accounting, no control groups: neither is to be had in most containers. Two processors, however many there are.
# Finished jobs stay visible for an hour, to be counted. A job that asks for more than the partition gives is refused: else it
# would wait for ever.
cat > "$SLURM_CONF" << CONF
ClusterName=trial
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=${ports% *}
SlurmdPort=${ports#* }
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=5
MinJobAge=3600
EnforcePartLimits=ALL
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=2 RealMemory=16000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=60 State=UP
CONF

munged --foreground --key-file "$folder/munge.key" --socket "$folder/munge.socket" --pid-file "$folder/munged.pid" \
  --log-file "$folder/munged.log" --seed-file "$folder/munged.seed" > "$folder/munged.out.log" 2>&1 &
daemons="$!"
await munge --no-input --socket "$folder/munge.socket" || give_up "munged does not answer:"
slurmctld -D > "$folder/slurmctld.out.log" 2>&1 &
daemons="$! $daemons"
await scontrol ping || give_up "slurmctld does not answer:"
slurmd -D > "$folder/slurmd.out.log" 2>&1 &
daemons="$! $daemons"
await srun --partition main --immediate=5 true || give_up "slurmd runs no job:"

# Snakemake's executor starts srun without SLURM_CONF, as on a cluster whose configuration lies in its usual place.
printf '#!/bin/sh\nSLURM_CONF="%s" exec "%s" "$@"\n' "$SLURM_CONF" "$(command -v srun)" > "$folder/bin/srun"
chmod 755 "$folder/bin/srun"

# In the background, so that a signal is not kept waiting until the command is over.
PATH="$folder/bin:$PATH" TMPDIR="$folder/tmp" "$@" &
command=$!
status=0
wait "$command" || status=$?
command=""
exit "$status"

# Becomes the first process of a sandbox, in namespaces of its own: mounts, processes, host name, IPC. It mounts a
# copy-on-write view of a system, makes it the root, and serves SSH until it is killed. Nobody else sees the mounts, and
# they go with the last process that does. The argument only says whose it is; the standard input is the private host key,
# or empty.
set -eu
umask 022
[ $$ = 1 ] || exec unshare --mount --pid --uts --ipc --fork --kill-child /bin/sh "$0" "$@"

# A tmpfs for the changes works on any host, also where the root is an overlay itself.
mount -t tmpfs -o mode=755 sandbox /mnt
mkdir /mnt/system /mnt/changes /mnt/work /mnt/root
mount --bind "$SANDBOX_SYSTEM" /mnt/system
mount -t overlay -o lowerdir=/mnt/system,upperdir=/mnt/changes,workdir=/mnt/work sandbox /mnt/root
cd /mnt/root

mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 run run
mount -t tmpfs -o mode=1777 tmp tmp
mount -t tmpfs -o mode=755 dev dev
mkdir dev/pts dev/shm run/sshd
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 pts dev/pts
mount -t tmpfs -o mode=1777 shm dev/shm
for device in null zero full random urandom tty; do
    : >"dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr

# In containers these are mounts of their own, which the view lacks.
cp --remove-destination /etc/resolv.conf /etc/hosts etc/
hostname "$SANDBOX_NAME"
# Nothing boots here, so the engine must not wait for it to finish.
rm -f usr/bin/cloud-init

# No identity, key or configuration of the host's own SSH server.
rm -rf etc/ssh/ssh_host_* etc/ssh/sshd_config root/.ssh
mkdir -m 700 root/.ssh
cat >etc/ssh/sshd_config <<END
ListenAddress $SANDBOX_ADDRESS
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin yes
PasswordAuthentication yes
Subsystem sftp internal-sftp
END
(umask 077 && cat >etc/ssh/ssh_host_ed25519_key && echo "$SANDBOX_KEY" >root/.ssh/authorized_keys)

pivot_root . mnt
umount -l mnt
cd /
echo "$SANDBOX_HIDE" | while read -r hidden; do
    [ -z "$hidden" ] || mount -t tmpfs -o mode=755 hidden "$hidden"
done
if [ ! -s /etc/ssh/ssh_host_ed25519_key ]; then
    rm /etc/ssh/ssh_host_ed25519_key
    ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
fi
# The engine looks for the public half.
ssh-keygen -y -f /etc/ssh/ssh_host_ed25519_key >/etc/ssh/ssh_host_ed25519_key.pub

# Not by exec: sshd overwrites its environment, and with it the tags by which the machine is found.
/usr/sbin/sshd -D -e &
wait $!

# Waits until cloud-init is done with this boot, where one takes part in it.
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
command -v cloud-init >/dev/null 2>&1 || exit 0
case $(readlink -f /sbin/init) in
  */systemd)
    # Before systemd has run its generators, cloud-init takes itself for disabled; afterwards systemd answers.
    tries=0
    until systemctl show --property=Version >/dev/null 2>&1 || [ "$tries" -ge 300 ]; do
      tries=$((tries + 1))
      sleep 0.1 2>/dev/null || sleep 1
    done
    ;;
  *)
    # One that no runlevel starts would be waited for in vain.
    ls /etc/runlevels/*/cloud-init* >/dev/null 2>&1 || exit 0
    ;;
esac
cloud-init status --wait >/dev/null

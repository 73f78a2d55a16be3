# shellcheck shell=bash
# A private host for tests of --connect, to be sourced first: the script goes on in namespaces of
# its own (processes, mounts, network), where it can start libvirt's system daemon and an sshd with
# their real paths and ports. All of it ends with the script.
#
# Root's home is a scratch folder there, so that ssh finds its keys, and the accounts of Debian's
# packages are there that are not installed: "libvirt-qemu", as which QEMU runs, and "sshd".

private_host_skip() {
	printf 'ok 1 # SKIP %s\n1..1\n' "$1"
	exit 0
}

if [ -z "${TOLL_PRIVATE_HOST:-}" ]; then
	[ "$(id -u)" -eq 0 ] || private_host_skip "a private libvirt host needs root for its namespaces"
	[ -x /usr/sbin/libvirtd ] || private_host_skip "there is no libvirtd"
	unshare -m -n -p --fork true 2>/dev/null || private_host_skip "this machine allows no namespaces"
	export TOLL_PRIVATE_HOST=1
	exec timeout -k 5 "${PRIVATE_HOST_DEADLINE:-290}" \
		unshare -m -n -p --fork --kill-child --mount-proc "$0" "$@"
fi

# wait_for SECONDS COMMAND...; on a slow host $PATIENCE times as long.
wait_for() {
	local i n=$(($1 * ${PATIENCE:-1}))
	shift
	for ((i = 0; i < n * 10; i++)); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	return 1
}

# private_host_init: mounts, accounts, keys. Needs $SCRATCH. /etc is a copy, so that nothing must
# be there before: libvirt's folder is not among its packages' files.
private_host_init() {
	local dir etc=$SCRATCH/etc
	cp -a /etc "$etc" && rm -rf "$etc/libvirt" && mkdir "$etc/libvirt" || return
	{
		sed "s,^\(root:[^:]*:[^:]*:[^:]*:[^:]*\):[^:]*:,\1:$SCRATCH/root:," /etc/passwd |
			grep -vE '^(sshd|libvirt-qemu):'
		echo "sshd:x:64999:65534::/run/sshd:/usr/sbin/nologin"
		echo "libvirt-qemu:x:64055:64054::/var/lib/libvirt:/usr/sbin/nologin"
	} >"$etc/passwd"
	{
		grep -vE '^(kvm|libvirt-qemu):' /etc/group
		echo "kvm:x:64054:"
		echo "libvirt-qemu:x:64055:"
	} >"$etc/group"
	mount --bind "$etc" /etc || return
	for dir in /run /var/lib /var/cache /var/log; do
		mount -t tmpfs -o mode=755 toll "$dir" || return
	done
	mkdir -p /run/sshd /run/lock "$SCRATCH/root/.ssh" /var/lib/libvirt/images \
		/var/cache/libvirt/qemu/capabilities
	# What libvirt learnt about these QEMUs in other tests; a probe can take half a minute.
	cp build/cache/libvirt/*.xml /var/cache/libvirt/qemu/capabilities 2>/dev/null
	chmod 711 "$SCRATCH"
	# As udev leaves it. What root may open and QEMU's account may not makes libvirt probe QEMU
	# anew at every use, for half a minute.
	if [ -e /dev/kvm ]; then
		mknod -m 660 /run/kvm c 10 232 && chown 0:64054 /run/kvm && mount --bind /run/kvm /dev/kvm
	fi
	export HOME=$SCRATCH/root
	ip link set lo up
}

# start_libvirtd: qemu:///system. $LIBVIRTD_PRELOAD: a library that is put into it.
start_libvirtd() {
	cat >/etc/libvirt/qemu.conf <<-'CONF'
		stdio_handler = "file"
		cgroup_controllers = []
		namespaces = []
	CONF
	cat >/etc/libvirt/libvirtd.conf <<-'CONF'
		auth_unix_rw = "none"
		auth_unix_ro = "none"
	CONF
	LD_PRELOAD=${LIBVIRTD_PRELOAD:-} LIBVIRT_LOG_OUTPUTS=3:file:$SCRATCH/libvirtd.log \
		/usr/sbin/libvirtd >"$SCRATCH/libvirtd.out" 2>&1 &
	LIBVIRTD=$!
	wait_for 60 virsh -q -c qemu:///system list
}

# make_pool DIR
make_pool() {
	virsh -q -c qemu:///system pool-create-as default dir --target "$1" >/dev/null
}

# start_sshd: this user may log in at 127.0.0.1 with a key and no question.
start_sshd() {
	local dir=$SCRATCH/sshd sshd=build/tests/openssh/usr/sbin/sshd
	mkdir -p "$dir"
	ssh-keygen -q -t ed25519 -N '' -f "$dir/host" && ssh-keygen -q -t ed25519 -N '' -f "$HOME/.ssh/id_ed25519" || return
	cp "$HOME/.ssh/id_ed25519.pub" "$dir/authorized"
	echo "127.0.0.1 $(cut -d' ' -f1-2 "$dir/host.pub")" >"$HOME/.ssh/known_hosts"
	cat >"$dir/config" <<-CONF
		ListenAddress 127.0.0.1
		HostKey $dir/host
		AuthorizedKeysFile $dir/authorized
		PasswordAuthentication no
		KbdInteractiveAuthentication no
		StrictModes no
		PidFile none
	CONF
	LD_LIBRARY_PATH=$(echo "$PWD"/build/tests/openssh/usr/lib/*-linux-gnu) "$PWD/$sshd" -D -f "$dir/config" -E "$dir/log" &
	SSHD=$!
	wait_for 10 ssh -o BatchMode=yes 127.0.0.1 true
}

# start_other_machine: a libvirt with a pool, reached over ssh; skips or ends the script without it.
start_other_machine() {
	private_host_init && start_libvirtd || {
		echo "Bail out! no libvirtd: $(tail -1 "$SCRATCH/libvirtd.log")"
		exit 1
	}
	if [ ! -x build/tests/openssh/usr/sbin/sshd ]; then
		skip "qemu+ssh: no sshd was downloaded ('make build-test' tries)"
		done_testing
	fi
	make_pool /var/lib/libvirt/images && start_sshd || {
		echo "Bail out! no sshd: $(tail -1 "$SCRATCH/sshd/log")"
		exit 1
	}
}

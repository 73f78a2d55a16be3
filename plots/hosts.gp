# Native time of an iteration per workload and host.
load 'hosts.set'
load 'style.gp'
x_title = 'native time of an iteration'
load 'lanes.gp'

plot @frame, \
	for [k=1:envs] data using 'steady':(of(k, column('y'))):'lo':'hi' with xerrorbars lc rgb colour[env_slot[k]] pt -1 lw 1.3, \
	for [k=1:envs] data using 'steady':(of(k, column('y'))) with points lc rgb colour[env_slot[k]] pt shape[env_slot[k]] ps 0.7, \
	@key

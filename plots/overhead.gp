# Overhead per workload, clustered by environment.
load 'overhead.set'
load 'style.gp'
x_title = 'time ÷ native time'
load 'lanes.gp'

set arrow 1 from 1, graph 0 to 1, graph 1 nohead lc rgb ink lw 1.5 front

plot @frame, \
	for [k=1:envs] data using (1):(of(k, column('y'))):(1):'ratio':(column('y') - 3.2):(column('y') + 3.2) with boxxyerror lc rgb colour[env_slot[k]] fs transparent solid 0.35 noborder, \
	for [k=1:envs] data using 'ratio':(of(k, column('y'))):'lo':'hi' with xerrorbars lc rgb colour[env_slot[k]] pt -1 lw 1.3, \
	for [k=1:envs] data using 'ratio':(of(k, column('y'))) with points lc rgb colour[env_slot[k]] pt shape[env_slot[k]] ps 0.55, \
	@key

# Scatter of the iterations of every cell around its own median.
load 'distribution.set'
load 'style.gp'
x_title = 'time of an iteration ÷ median of its cell'
load 'lanes.gp'

set arrow 1 from 1, graph 0 to 1, graph 1 nohead lc rgb faint lw 1 back

plot @frame, \
	for [k=1:envs] data using 'p50':(of(k, column('y'))):'p05':'p95' with xerrorbars lc rgb colour[env_slot[k]] pt -1 lw 1, \
	for [k=1:envs] data using 'p50':(of(k, column('y'))):'p25':'p75':(column('y') - 3):(column('y') + 3) with boxxyerror lc rgb colour[env_slot[k]] fs transparent solid 0.6 border, \
	@key

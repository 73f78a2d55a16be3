# Boot, process start, first iteration and steady iteration of every cell.
load 'cold.set'
key_entries = envs + 4
load 'style.gp'
x_title = 'time'
load 'lanes.gp'

plot @frame, \
	for [k=1:envs] data using 'steady':(of(k, column('y'))):(column('first') - column('steady')):(0) with vectors nohead lc rgb colour[env_slot[k]] lw 1.5, \
	for [k=1:envs] data using 'boot':(of(k, column('y'))) with points lc rgb colour[env_slot[k]] pt 4 ps 0.6 lw 1.4, \
	for [k=1:envs] data using 'start':(of(k, column('y'))) with points lc rgb colour[env_slot[k]] pt 8 ps 0.6 lw 1.4, \
	for [k=1:envs] data using 'first':(of(k, column('y'))) with points lc rgb colour[env_slot[k]] pt 12 ps 0.7 lw 1.4, \
	for [k=1:envs] data using 'steady':(of(k, column('y'))) with points lc rgb colour[env_slot[k]] pt 7 ps 0.55, \
	for [k=1:envs] NaN with points lc rgb colour[env_slot[k]] pt 7 ps 1 title env_name[k], \
	NaN with points lc rgb quiet pt 4 ps 0.8 lw 1.4 title 'boot of the VM', \
	NaN with points lc rgb quiet pt 8 ps 0.8 lw 1.4 title 'start of the process', \
	NaN with points lc rgb quiet pt 12 ps 0.9 lw 1.4 title 'first iteration', \
	NaN with points lc rgb quiet pt 7 ps 0.8 title 'steady iteration'

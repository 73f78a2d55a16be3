# A grid of small plots with one key on top. Before this, style.gp, with columns and panel_px set.
# panel_margins(i) is to be expanded before the plot of panel i.

panel_rows = ceil(real(panels) / columns)
gap_px = narrow ? 40.0 : 46.0
cell_px = (width - 12.0) / columns
left_of(i) = (6 + cell_px * ((i - 1) % columns) + gap_px) / width
right_of(i) = (6 + cell_px * ((i - 1) % columns + 1) - 6) / width
top_of(i) = 1 - (top_px + panel_px * ((i - 1) / columns) + 20.0) / height
bottom_of(i) = 1 - (top_px + panel_px * ((i - 1) / columns + 1) - 20.0) / height
rows = figure.'.rows.tsv'
data = figure.'.tsv'
panel_margins = 'set lmargin at screen left_of(i); set rmargin at screen right_of(i); set tmargin at screen top_of(i); set bmargin at screen bottom_of(i)'

# The key is drawn by a first, empty plot; its labels (title, caption) belong to that one too.
set multiplot
unset border
unset xtics
unset ytics
set xrange [0:1]
set yrange [0:1]
plot for [k=1:envs] NaN with points lc rgb colour[env_slot[k]] pt shape[env_slot[k]] ps 1 title env_name[k]
unset key
do for [i=1001:1001 + captions] {
	unset label i
}
set border 3 lc rgb quiet
set grid ytics lt 1 lc rgb faint lw 0.5
set bars 0.5

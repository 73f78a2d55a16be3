# What all figures share: output, fonts, colours, margins, ratio axes.
# Before this, NAME.set is loaded: figure, title, captions and caption[], envs, env_name[] and
# env_slot[], label_px, plot_px. Heights are in pixels; `form` is svg, png, wide or narrow.

if (!exists("form")) form = 'svg'
if (!exists("out")) out = figure.(form eq 'png' ? '.png' : '.svg')

narrow = form eq 'narrow'
bare = narrow || form eq 'wide'
width = narrow ? 372 : 960

# Okabe and Ito's colours; the shapes tell the environments apart without colour.
array colour[8] = ['#000000', '#56B4E9', '#0072B2', '#E69F00', '#D55E00', '#009E73', '#CC79A7', '#8A8A00']
array shape[8] = [7, 6, 7, 4, 5, 13, 9, 11]
ink = '#000000'
faint = '#c4c4c4'
quiet = '#777777'

key_columns = narrow ? 1 : 3
if (!exists("key_entries")) key_entries = envs
key_rows = ceil(real(key_entries) / key_columns)
key_px = 17 * key_rows
if (exists("without_key")) key_px = 0
if (!exists("head_px")) head_px = 36
if (!exists("label_px")) label_px = 60
top_px = 10 + (bare ? 0 : 30) + key_px + head_px
bottom_px = 44 + (bare ? 0 : 14 * captions + 10)
height = top_px + plot_px + bottom_px
left_px = narrow && label_px > 140 ? 140 : label_px

if (form eq 'png') {
	set terminal pngcairo size 2*width,2*height font 'DejaVu Sans,10' fontscale 2 pointscale 2 linewidth 2 noenhanced background '#ffffff'
} else {
	set terminal svg fixed size width,height font 'sans-serif,11' noenhanced background '#ffffff'
}
set output out
set encoding utf8
set datafile separator "\t"
set datafile columnheaders

set lmargin at screen real(left_px)/width
set rmargin at screen 1 - (narrow ? 22.0 : 26.0)/width
set bmargin at screen real(bottom_px)/height
set tmargin at screen 1 - real(top_px)/height
set border 3 lc rgb quiet
set grid noxtics noytics

if (!bare) {
	set label 1001 title at screen 12.0/width, screen 1 - 18.0/height left font ',14' tc rgb ink
	do for [i=1:captions] {
		set label 1001+i caption[i] at screen 12.0/width, screen (14.0*(captions - i) + 10)/height left font ',9' tc rgb quiet
	}
}
if (exists("without_key")) {
	unset key
} else {
	set key at screen 12.0/width, screen 1 - (bare ? 8.0 : 38.0)/height left top Left reverse vertical maxrows key_rows width (narrow ? 0 : 2) samplen 1.5 spacing 1.25 font ',10' noautotitle
}

# "½×", "1×", "2×": a power of two as people write it.
power(k) = k == -1 ? '½×' : k == -2 ? '¼×' : k < 0 ? sprintf('1/%d×', int(2**(-k))) : sprintf('%d×', int(2**k))
# Keeps n characters of a text.
short(s, n) = strlen(s) > n ? substr(s, 1, n - 1).'…' : s
# gnuplot 5.4 crashes on labels whose only record is undefined. So each label has a place, and no
# text where it has nothing to say.
when(condition, s) = condition ? s : ''
# A column that holds NaN makes all of an expression undefined: it is asked by its text.
known(name) = strcol(name) ne 'NaN'
placed(name) = known(name) ? column(name) : 1

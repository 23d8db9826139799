// Stands in for bootstrap-datepicker: the pages ask for it whether or not there is a date to pick.
jQuery.fn.datepicker = jQuery.fn.datepicker || function () { return this; };

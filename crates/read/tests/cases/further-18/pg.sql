--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
COPY public.news (id, title) FROM stdin;
1	Плотина
\.

INSERT INTO `news` VALUES (1,'Плотина','текст');
